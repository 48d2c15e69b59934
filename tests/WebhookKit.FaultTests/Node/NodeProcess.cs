using System.Collections.Concurrent;
using System.Globalization;
using WebhookKit.FaultTests.Processes;

namespace WebhookKit.FaultTests.Node;

/// <summary>One node as the run sees it, through all its starts.</summary>
internal sealed class NodeProcess(int index, Func<int, string, NodeOrder> order, Guard guard, TextWriter log) : IAsyncDisposable
{
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(30);

    private readonly Pulse _reports = new();
    private ChildProcess? _process;
    private int _starts;
    private int _limit;
    private volatile bool _ready;
    private volatile int _next = -1;
    private long _waiting = -1;

    public int Index => index;

    /// <summary>What its requests of this start name as their source.</summary>
    public string Source => string.Create(CultureInfo.InvariantCulture, $"{index}.{_starts}");

    /// <summary>The first event of this node that is not known to be accepted.</summary>
    public int Next => _next < 0 ? index : _next;

    /// <summary>How many deliveries wait, as it last said; −1 if it has not.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>What it says has gone wrong.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>How many suspects it recovered.</summary>
    public long Recovered { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _starts++;
        _ready = false;
        Interlocked.Exchange(ref _waiting, -1);
        _process = ChildProcess.Start(NodeProgram.Role, order(Next, Source), guard, Hear, log, _reports.Beat);
        if (!await UntilAsync(() => _ready, TimeToStart, cancellationToken))
            throw new FaultRunException($"Node {index} did not start in {TimeToStart.TotalSeconds} s.");
        _process.Say(string.Create(CultureInfo.InvariantCulture, $"limit {_limit}"));
    }

    /// <summary>Lets it publish its events below this number.</summary>
    public void MoveLimit(int limit)
    {
        _limit = limit;
        _process?.Say(string.Create(CultureInfo.InvariantCulture, $"limit {limit}"));
    }

    public Task UntilPublishedAsync(CancellationToken cancellationToken) => UntilAsync(() => Next >= _limit, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Has it say how much waits, again and again.</summary>
    public void BeginDrain() => _process!.Say("drain");

    public Task<bool> UntilReportAsync(Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken) =>
        UntilAsync(condition, limit, cancellationToken);

    public void Kill() => _process!.Kill();

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process!.WaitForExitAsync(cancellationToken);

    public void Pause() => _process!.Pause();

    public void Resume() => _process!.Resume();

    /// <summary>Stops it as an operator would; false if it did not end, or ended badly.</summary>
    public async Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        _process!.Say("stop");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeToStop);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            return _process.ExitCode == 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<bool> UntilAsync(Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var process = _process!;
        var came = await _reports.UntilAsync(() => condition() || process.HasExited, limit, cancellationToken);
        return condition() || (came && process.HasExited ? throw new FaultRunException($"Node {index} ended by itself; see its log.") : false);
    }

    private void Hear(string line)
    {
        switch (line.Split(' ', 2))
        {
            case ["ready"]:
                _ready = true;
                break;
            case ["next", var number]:
                _next = int.Parse(number, CultureInfo.InvariantCulture);
                break;
            case ["waiting", var number]:
                Interlocked.Exchange(ref _waiting, long.Parse(number, CultureInfo.InvariantCulture));
                break;
            case ["recovered", var number]:
                Recovered += long.Parse(number, CultureInfo.InvariantCulture);
                break;
            case ["fault", var fault]:
                Faults.Enqueue($"Node {index}: {fault}");
                break;
        }

        _reports.Beat();
    }
}
