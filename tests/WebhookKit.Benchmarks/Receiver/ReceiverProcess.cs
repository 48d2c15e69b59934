using System.Globalization;
using WebhookKit.FaultTests;
using WebhookKit.FaultTests.Processes;

namespace WebhookKit.Benchmarks.Receiver;

/// <summary>The receiver as the run sees it.</summary>
internal sealed class ReceiverProcess : IAsyncDisposable
{
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(60);

    private readonly Pulse _reports = new();
    private readonly HttpClient _client = new();
    private readonly ChildProcess _process;
    private volatile string? _url;

    private ReceiverProcess(Guard guard) =>
        _process = ChildProcess.Start(ReceiverProgram.Role, new { }, guard, Hear, Console.Error, _reports.Beat);

    /// <summary>Where it listens, without a path.</summary>
    public string Url => _url!;

    public static async Task<ReceiverProcess> StartAsync(Guard guard, CancellationToken cancellationToken)
    {
        var receiver = new ReceiverProcess(guard);
        await receiver._reports.UntilAsync(() => receiver._url is not null || receiver._process.HasExited, TimeToStart, cancellationToken);
        return receiver._url is not null ? receiver : throw new FaultRunException("The receiver did not start.");
    }

    /// <summary>How many requests it has answered.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken) =>
        long.Parse(await _client.GetStringAsync(Url + ReceiverProgram.CountPath, cancellationToken), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _process.Say("stop");
        await _process.WaitForExitAsync(CancellationToken.None);
        await _process.DisposeAsync();
        _client.Dispose();
    }

    private void Hear(string line)
    {
        if (line.Split(' ', 2) is ["url", var url])
            _url = url;
        _reports.Beat();
    }
}
