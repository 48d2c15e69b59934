using System.CommandLine;
using System.Globalization;
using WebhookKit;

namespace QuickStart;

/// <summary>What the command line asks for.</summary>
internal sealed record Settings(int Events, bool Json, Uri? To, WebhookSecret? Secret)
{
    public static RootCommand Command(Func<Settings, CancellationToken, Task<int>> run)
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
        var command = new RootCommand("Publishes events, delivers them as signed webhooks, and checks that every count is as it must be.")
        { events, json, to, secret };
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
        });
        command.SetAction((parsed, cancellation) => run(
            new Settings(parsed.GetValue(events), parsed.GetValue(json), parsed.GetValue(to), parsed.GetValue(secret)), cancellation));
        return command;
    }

    private static T? Fail<T>(System.CommandLine.Parsing.ArgumentResult result, string error) where T : class
    {
        result.AddError(error);
        return null;
    }
}
