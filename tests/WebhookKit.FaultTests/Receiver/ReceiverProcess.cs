using System.Collections.Concurrent;
using System.Globalization;
using WebhookKit.FaultTests.Processes;

namespace WebhookKit.FaultTests.Receiver;

/// <summary>The receiver as the run sees it.</summary>
internal sealed class ReceiverProcess : IAsyncDisposable
{
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(60);

    private readonly Pulse _reports = new();
    private readonly HttpClient _client = new();
    private readonly ChildProcess _process;

    private ReceiverProcess(ReceiverOrder order, Guard guard, TextWriter log) =>
        _process = ChildProcess.Start(ReceiverProgram.Role, order, guard, Hear, log, _reports.Beat);

    public string? Url { get; private set; }

    /// <summary>Requests that it could not believe. There should be none.</summary>
    public ConcurrentQueue<string> Refused { get; } = [];

    public static async Task<ReceiverProcess> StartAsync(ReceiverOrder order, Guard guard, TextWriter log, CancellationToken cancellationToken)
    {
        var receiver = new ReceiverProcess(order, guard, log);
        await receiver._reports.UntilAsync(() => receiver.Url is not null || receiver._process.HasExited, TimeToStart, cancellationToken);
        return receiver.Url is not null ? receiver : throw new FaultRunException("The receiver did not start; see its log.");
    }

    /// <summary>How many requests of a source were in flight at a moment.</summary>
    public async Task<int> InFlightAtAsync(string source, long moment, CancellationToken cancellationToken)
    {
        var question = string.Create(CultureInfo.InvariantCulture, $"{Url}/control/in-flight?source={source}&moment={moment}");
        return int.Parse(await _client.GetStringAsync(question, cancellationToken), CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until a request of one of the sources is open; false if there was none in half a second.</summary>
    public async Task<bool> UntilBusyAsync(IEnumerable<string> sources, CancellationToken cancellationToken) =>
        bool.Parse(await _client.GetStringAsync($"{Url}/control/busy?sources={string.Join(',', sources)}", cancellationToken));

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _process.Say("stop");
        await _process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _client.Dispose();
    }

    private void Hear(string line)
    {
        switch (line.Split(' ', 2))
        {
            case ["url", var url]:
                Url = url;
                break;
            case ["refused", var why]:
                Refused.Enqueue($"The receiver refused {why}");
                break;
        }

        _reports.Beat();
    }
}
