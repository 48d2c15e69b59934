using System.Diagnostics;
using System.Globalization;
using WebhookKit.FaultTests.Node;
using WebhookKit.FaultTests.Receiver;
using WebhookKit.FaultTests.Scenarios;
using WebhookKit.FaultTests.Stores;

namespace WebhookKit.FaultTests;

/// <summary>
/// One run: nodes publish and send to the receiver while the scenario's faults happen; in the end healthy nodes send what still waits, and the ledgers are
/// compared.
/// </summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private static readonly TimeSpan PublishingPerRound = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LongestPublishing = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMinutes(15);

    private const int MostLooks = 20;

    private readonly RunSettings _settings;
    private readonly Scenario _scenario;
    private readonly RunPlace _place;
    private readonly RunOutcome _outcome = new();
    private readonly List<NodeProcess> _nodes = [];
    private ReceiverProcess? _receiver;
    private int _limit;
    private int _round;

    private FaultRun(RunSettings settings, Scenario scenario, RunPlace place)
    {
        (_settings, _scenario, _place) = (settings, scenario, place);
        Random = new Random(settings.Seed);
    }

    public IReadOnlyList<NodeProcess> Nodes => _nodes;

    /// <summary>What the seed decides.</summary>
    public Random Random { get; }

    public PostgreSqlCluster Cluster => _place.Cluster!;

    private int EventsOfRound => _settings.Messages / (_settings.Rounds + 1);

    /// <summary>Runs a scenario; 0 if nothing was lost or stranded and every fault took place.</summary>
    public static async Task<int> ExecuteAsync(Scenario scenario, RunSettings settings, CancellationToken cancellationToken)
    {
        await using var place = await RunPlace.OpenAsync(settings, cancellationToken);
        var run = new FaultRun(settings, scenario, place);
        try
        {
            await run.RunAsync(cancellationToken);
        }
        catch (FaultRunException e)
        {
            run._outcome.Faults.Add(e.Message);
        }
        finally
        {
            await run.DisposeAsync();
        }

        await place.CloseLogAsync(show: run._outcome.Faults.Count > 0);
        await Ledgers.JoinAsync(place.Files);
        return run._outcome.Report(settings, await Ledgers.CompareAsync(place.Files));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            _outcome.Faults.AddRange(node.Faults);
            await node.DisposeAsync();
        }

        if (_receiver is null)
            return;
        _outcome.Faults.AddRange(_receiver.Refused);
        await _receiver.DisposeAsync();
    }

    public void Say(string line) => _outcome.Say(line);

    /// <summary>
    /// Waits until the receiver has a request of one of the nodes open; where all has been sent, it lets more be published, of the next round's events at the
    /// most. Gives up after a while: a fault that finds nothing in flight is one too.
    /// </summary>
    public async Task UntilBusyAsync(IEnumerable<NodeProcess> nodes, CancellationToken cancellationToken)
    {
        var sources = nodes.Select(node => node.Source).ToList();
        for (var looks = 0; looks < MostLooks && !await _receiver!.UntilBusyAsync(sources, cancellationToken); looks++)
            MoveLimit(Math.Min(_limit + EventsOfRound / MostLooks + 1, (_round + 2) * EventsOfRound));
    }

    /// <summary>Kills a node with SIGKILL as soon as a request of its is in flight.</summary>
    public async Task KillAsync(NodeProcess node, CancellationToken cancellationToken)
    {
        await UntilBusyAsync([node], cancellationToken);
        node.Kill();
        var moment = Stopwatch.GetTimestamp();
        await node.WaitForExitAsync(cancellationToken);
        await CountKillAsync($"node {node.Index}", [node], moment, cancellationToken);
    }

    /// <summary>Counts a kill, and whether requests were in flight at its moment.</summary>
    public async Task CountKillAsync(string what, IEnumerable<NodeProcess> nodes, long moment, CancellationToken cancellationToken)
    {
        var inFlight = 0;
        foreach (var node in nodes)
            inFlight += await _receiver!.InFlightAtAsync(node.Source, moment, cancellationToken);
        _outcome.Kills++;
        _outcome.KilledInFlight += inFlight > 0 ? 1 : 0;
        Say(string.Create(CultureInfo.InvariantCulture, $"kill {_outcome.Kills} of {_settings.Rounds}: {what}, {inFlight} requests in flight"));
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var subscriptions = TestSubscription.Of(_settings.Seed);
        _receiver = await ReceiverProcess.StartAsync(
            new ReceiverOrder(_settings.Seed, Path.Combine(_place.Files, "received.txt"), subscriptions), _place.Guard, _place.Log, cancellationToken);
        for (var i = 0; i < _scenario.Nodes; i++)
        {
            var node = i;
            _nodes.Add(new NodeProcess(i, (first, source) => Order(node, first, source, subscriptions), _place.Guard, _place.Log));
            await _nodes[i].StartAsync(cancellationToken);
        }

        Say($"{_scenario.Nodes} node(s) started on {_settings.Store}");
        for (var round = 0; round < _settings.Rounds; round++)
        {
            _round = round;
            // Each round brings events of its own, and so does what comes after the last one.
            MoveLimit((round + 1) * EventsOfRound);
            await WithinAsync(LongestRound, $"Round {round + 1}", token => _scenario.RoundAsync(this, round, token), cancellationToken);
        }

        MoveLimit(_settings.Messages);
        await WithinAsync(
            LongestPublishing, "Publishing the rest", token => Task.WhenAll(_nodes.Select(n => n.UntilPublishedAsync(token))), cancellationToken);
        Say($"{_settings.Messages} messages accepted; waiting for what still waits");
        await WithinAsync(LongestDrain, "Sending what still waits", DrainAsync, cancellationToken);
        foreach (var node in _nodes)
        {
            if (!await node.StopAsync(cancellationToken))
                _outcome.Faults.Add($"Node {node.Index} did not stop in order when it was asked to; see its log.");
        }

        await _receiver.StopAsync(cancellationToken);
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        var node = _nodes[0];
        node.BeginDrain();
        // What waits goes down as long as anything moves; a retry comes within seconds, and a lease ends within seconds.
        long? waiting = null;
        while (waiting is not 0
            && await node.UntilReportAsync(() => node.Waiting >= 0 && node.Waiting != waiting, LongestStandstill, cancellationToken))
            _outcome.Stranded = (waiting = node.Waiting).Value;
        if (waiting is null)
            throw new FaultRunException($"Node {node.Index} did not say how much waits.");
        if (_nodes.Sum(n => n.Recovered) is var recovered and > 0)
            Say(string.Create(CultureInfo.InvariantCulture, $"{recovered} suspects recovered from the dead letters"));
    }

    private void MoveLimit(int limit)
    {
        _limit = Math.Clamp(limit, _limit, _settings.Messages);
        foreach (var node in _nodes)
            node.MoveLimit(_limit);
    }

    private NodeOrder Order(int node, int first, string source, IReadOnlyList<TestSubscription> subscriptions) => new()
    {
        Source = source,
        Store = _settings.Store,
        Connection = _place.Connection,
        Seed = _settings.Seed,
        Subscriptions = subscriptions,
        Receiver = _receiver!.Url!,
        First = first,
        Step = _scenario.Nodes,
        PerSecond = Math.Max(EventsOfRound / PublishingPerRound.TotalSeconds / _scenario.Nodes, 10),
        Ledger = Ledgers.PartOf(_place.Files, node),
        ClockOffset = _scenario.ClockOffsetOf(node),
    };

    private static async Task WithinAsync(TimeSpan limit, string what, Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            await action(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FaultRunException($"{what} did not end in {limit.TotalSeconds} s.");
        }
    }
}
