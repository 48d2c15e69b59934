using System.Globalization;
using WebhookKit.FaultTests.Processes;

namespace WebhookKit.FaultTests.Node;

/// <summary>
/// Says how much still waits, until nothing does. A delivery that was the only one in flight at three kills in a row stands in the dead letters as the
/// suspect; it was not lost, and it is recovered here as a person would recover it.
/// </summary>
internal sealed class Drain(IServiceProvider services)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var log = services.GetRequiredService<IDeliveryLog>();
        var operations = services.GetRequiredService<IWebhookOperations>();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var waiting = (await log.MeasureAsync(cancellationToken)).Waiting;
                var recovered = waiting > 0 ? 0 : (await operations.RecoverAsync(
                    new RecoverRequest { AllTenants = true, Reason = DeadReason.Suspect, Since = DateTimeOffset.UnixEpoch },
                    cancellationToken: cancellationToken)).Done;
                if (recovered > 0)
                    ParentPipe.Say(string.Create(CultureInfo.InvariantCulture, $"recovered {recovered}"));
                else
                    ParentPipe.Say(string.Create(CultureInfo.InvariantCulture, $"waiting {waiting}"));
            }
            catch (WebhookStoreException e) when (e.IsTransient)
            {
                // The next look tells.
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                ParentPipe.Say($"fault Looking at the queue failed with {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, CancellationToken.None);
        }
    }
}
