using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using WebhookKit.Dispatching;

namespace WebhookKit.DependencyInjection;

/// <summary>
/// Refuses a shutdown grace that does not fit the host's own shutdown timeout: the host would abandon the dispatcher in the middle of settling.
/// The timeout is in a type of the package Microsoft.Extensions.Hosting, which this library does not force on its hosts, so it is read by name.
/// </summary>
internal static class ShutdownTimeout
{
    private const string HostOptions = "Microsoft.Extensions.Hosting.HostOptions, Microsoft.Extensions.Hosting";

    public static IEnumerable<WebhookError> Check(DispatcherOptions options, IServiceProvider services)
    {
        var needed = options.ShutdownGrace + DispatchService.ReleaseTime;
        if (options.Enabled && Of(services) is { } timeout && timeout < needed)
            yield return new(
                WebhookErrorCode.Contradiction, "Webhooks:Dispatcher:ShutdownGrace",
                $"The host stops waiting after {timeout}, and a grace of {options.ShutdownGrace} needs {needed}.",
                "Shorten the grace, or raise HostOptions.ShutdownTimeout.");
    }

    /// <summary>Null where there is no generic host.</summary>
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "IOptions<T> of a reference type shares its code with every other one.")]
    private static TimeSpan? Of(IServiceProvider services)
    {
        var hostOptions = Type.GetType(HostOptions);
        if (hostOptions is null)
            return null;
        var wrapper = typeof(IOptions<>).MakeGenericType(hostOptions);
        return services.GetService(wrapper) is { } options
            && wrapper.GetProperty(nameof(IOptions<object>.Value))?.GetValue(options) is { } value
            ? (TimeSpan?)hostOptions.GetProperty("ShutdownTimeout")?.GetValue(value)
            : null;
    }
}
