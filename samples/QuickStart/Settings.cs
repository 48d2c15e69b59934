using System.CommandLine;
using System.Globalization;
using WebhookKit;

namespace QuickStart;

/// <summary>What the command line asks for.</summary>
internal sealed record Settings(int Events, bool Json, Uri? To, WebhookSecret? Secret, DemoStore Store, string? Connection)
{
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(30);

    /// <summary>Runs what the arguments ask for; Ctrl-C lets it stop in order.</summary>
    public static Task<int> InvokeAsync(string[] args, Func<Settings, CancellationToken, Task<int>> run) =>
        Command(run).Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeToStop });

    private static RootCommand Command(Func<Settings, CancellationToken, Task<int>> run)
    {
        var events = new Option<int>("--events") { Description = "How many events to publish.", DefaultValueFactory = _ => 12 };
        var json = new Option<bool>("--json") { Description = "Print nothing but one line of JSON at the end." };
        var to = new Option<Uri?>("--to")
        {
            Description = "Send to this URL instead of the receiver of the sample; needs --secret.",
            CustomParser = result =>
                Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) ? uri : Fail<Uri>(result, "--to needs an absolute URL."),
        };
        var secret = new Option<WebhookSecret?>("--secret")
        {
            Description = "The secret that the receiver at --to verifies with (whsec_…).",
            CustomParser = result =>
                WebhookSecret.TryParse(result.Tokens[0].Value, out var parsed) ? parsed : Fail<WebhookSecret>(result, "--secret is empty."),
        };
        var store = new Option<DemoStore>("--store")
        {
            Description = "Where webhooks are kept: in memory, or so that a run that was stopped, or killed, goes on when it is started again.",
            DefaultValueFactory = _ => DemoStore.Sqlite,
        };
        var connection = new Option<string?>("--connection")
        {
            Description = "The store's connection string. For sqlite it is the file quickstart.db of the current directory if left out; postgresql needs one.",
        };
        var command = new RootCommand("Publishes events, delivers them as signed webhooks, and checks that every count is as it must be.")
        { events, json, to, secret, store, connection };
        events.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && !(int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1_000_000))
                result.AddError("--events is a number from 1 to 1000000.");
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(to) is null != (result.GetResult(secret) is null))
                result.AddError("--to and --secret go together.");
            if (result.GetValue(store) == DemoStore.PostgreSql && result.GetResult(connection) is null or { Implicit: true })
                result.AddError("--store postgresql needs --connection.");
        });
        command.SetAction((parsed, cancellation) => run(
            new Settings(parsed.GetValue(events), parsed.GetValue(json), parsed.GetValue(to), parsed.GetValue(secret),
                parsed.GetValue(store), parsed.GetValue(connection)), cancellation));
        return command;
    }

    private static T? Fail<T>(System.CommandLine.Parsing.ArgumentResult result, string error) where T : class
    {
        result.AddError(error);
        return null;
    }
}
