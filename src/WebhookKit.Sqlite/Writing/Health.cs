using Microsoft.Extensions.Logging;
using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Writing;

/// <summary>Tells how the store fares, once for each change.</summary>
internal sealed class Health(string file, ILogger logger)
{
    private StoreFault? _fault;

    public WebhookStoreException Describe(Exception error) => SqliteFaults.ToStoreException(error, file);

    public WebhookStoreException Failed(Exception error)
    {
        var failure = Describe(error);
        if (_fault != failure.Fault)
            logger.Failing(file, failure.Fault, failure.Message);
        _fault = failure.Fault;
        return new WebhookStoreException(failure.Fault, failure.Message, failure.InnerException ?? error) { IsReported = true };
    }

    public void CannotExpandYet(long message, Exception error) => logger.CannotExpandYet(file, message, error.Message);

    /// <summary>What no code foresaw; the writer begins anew.</summary>
    public WebhookStoreException Broke(Exception error)
    {
        logger.Broke(error, file);
        return Describe(error);
    }

    public void CannotExpand(long message, WebhookStoreException error) => logger.CannotExpand(file, message, error.Message);

    public void Succeeded()
    {
        if (_fault is not null)
            logger.WorksAgain(file);
        _fault = null;
    }
}
