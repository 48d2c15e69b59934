using System.CommandLine;
using WebhookKit.FaultTests.Backlog;
using WebhookKit.FaultTests.Scenarios;
using WebhookKit.FaultTests.Stores;

namespace WebhookKit.FaultTests;

/// <summary>What people may ask for.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan TimeToCleanUp = TimeSpan.FromSeconds(60);

    public static Task<int> InvokeAsync(string[] args)
    {
        var root = new RootCommand("Kills what can be killed while webhooks are published and sent, and compares what was accepted with what was received.")
        {
            Fault("kill", "One process, killed with SIGKILL and started again.", () => new KillScenario(), shared: false),
            Fault("nodes", "Three nodes on one queue, each killed in turn, others paused beyond their leases.", () => new NodesScenario(), shared: true),
            Fault("database", "The database server stopped as by a crash and started again, then connections cut.", () => new DatabaseScenario(), shared: true),
            Fault("clock", "Three nodes whose clocks differ by ten minutes, each killed in turn.", () => new ClockScenario(), shared: true),
            Backlog(),
        };
        // After Ctrl-C everything that was started is ended, and what it left is removed.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeToCleanUp });
    }

    private static Command Fault(string name, string description, Func<Scenario> scenario, bool shared)
    {
        var options = new CommonOptions(messages: 2000);
        var rounds = Number("--rounds", "How many faults: a round has one.", 5, 1000);
        var command = new Command(name, description) { rounds };
        options.AddTo(command);
        if (shared)
            options.NeedPostgreSql(command, name);
        if (name == "database")
            options.RefuseConnection(command);
        command.SetAction((parsed, cancellation) => FaultRun.ExecuteAsync(scenario(), options.Read(name, parsed, parsed.GetValue(rounds)), cancellation));
        return command;
    }

    private static Command Backlog()
    {
        var options = new CommonOptions(messages: 1_000_000);
        var command = new Command("backlog", "A million deliveries waiting: how fast the queue takes, leases and settles at the start and at the end.");
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => BacklogRun.ExecuteAsync(options.Read("backlog", parsed, rounds: 0), cancellation));
        return command;
    }

    private static Option<int> Number(string name, string description, int defaultValue, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => defaultValue };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any())
                return;
            if (result.GetValueOrDefault<int>() is var value && (value < 1 || value > most))
                result.AddError($"{name} is a number from 1 to {most}.");
        });
        return option;
    }

    /// <summary>The options that every scenario has.</summary>
    private sealed class CommonOptions(int messages)
    {
        private readonly Option<StoreKind> _store = new("--store")
        {
            Description = "The store to try. The one in memory loses what waits: it shows that a loss is seen.",
            DefaultValueFactory = _ => StoreKind.Sqlite,
        };

        private readonly Option<int> _messages = Number("--messages", "How many messages to have accepted in all.", messages, 10_000_000);

        private readonly Option<int> _seed = new("--seed") { Description = "What chance begins with.", DefaultValueFactory = _ => 1 };

        private readonly Option<string?> _connection = new("--connection")
        {
            Description = "An empty database to use. Without it a new one is made, and removed at the end.",
        };

        private readonly Option<DirectoryInfo?> _out = new("--out") { Description = "Where to leave the ledgers accepted.txt and received.txt, and the logs." };

        public void AddTo(Command command)
        {
            command.Options.Add(_store);
            command.Options.Add(_messages);
            command.Options.Add(_seed);
            command.Options.Add(_connection);
            command.Options.Add(_out);
        }

        public void NeedPostgreSql(Command command, string scenario)
        {
            _store.DefaultValueFactory = _ => StoreKind.PostgreSql;
            command.Validators.Add(result =>
            {
                if (result.GetValue(_store) != StoreKind.PostgreSql)
                    result.AddError($"{scenario} needs --store postgresql: several nodes on one queue.");
            });
        }

        public void RefuseConnection(Command command) => command.Validators.Add(result =>
        {
            if (result.GetResult(_connection) is { Implicit: false })
                result.AddError("database stops the server, so it makes one of its own: leave --connection out.");
        });

        public RunSettings Read(string scenario, ParseResult parsed, int rounds) => new()
        {
            Scenario = scenario,
            Store = parsed.GetValue(_store),
            Messages = parsed.GetValue(_messages),
            Rounds = rounds,
            Seed = parsed.GetValue(_seed),
            Connection = parsed.GetValue(_connection),
            Out = parsed.GetValue(_out)?.FullName,
        };
    }
}
