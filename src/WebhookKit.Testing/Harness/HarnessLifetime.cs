using Microsoft.Extensions.Hosting;

namespace WebhookKit.Testing.Harness;

/// <summary>Tells when the host's services are started, since nothing is sent before and after.</summary>
internal sealed class HarnessLifetime(HarnessParts parts) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        parts.Stillness.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        parts.Stillness.Stop();
        return Task.CompletedTask;
    }
}
