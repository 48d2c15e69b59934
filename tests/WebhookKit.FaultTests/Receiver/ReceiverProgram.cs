using System.Globalization;
using WebhookKit.FaultTests.Processes;

namespace WebhookKit.FaultTests.Receiver;

/// <summary>The receiver's own process: verifies every request, writes down what it takes, then answers. It is never killed.</summary>
internal static class ReceiverProgram
{
    public const string Role = "receiver";

    /// <summary>Names the node, and its start, that sent a request.</summary>
    public const string SourceHeader = "fault-source";

    private static readonly TimeSpan LongestWaitForTraffic = TimeSpan.FromSeconds(0.5);

    public static async Task<int> RunAsync()
    {
        var order = await ParentPipe.ReadAsync<ReceiverOrder>();
        using var ledger = new ReceivedLedger(order.Ledger);
        var traffic = new Traffic();
        var hook = new Hook(order, ledger, traffic);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/control/in-flight", (string source, long moment) => traffic.InFlightAt(source, moment).ToString(CultureInfo.InvariantCulture));
        app.MapGet("/control/busy", async (string sources, CancellationToken cancellation) =>
            (await traffic.UntilBusyAsync(sources.Split(','), LongestWaitForTraffic, cancellation)).ToString());
        app.MapPost("/{subscription}", async (string subscription, HttpContext http) =>
        {
            var source = http.Request.Headers[SourceHeader].ToString();
            traffic.Begin(source);
            // The answer counts as sent when its connection has taken it.
            http.Response.OnCompleted(() =>
            {
                traffic.End(source);
                return Task.CompletedTask;
            });
            await hook.AnswerAsync(subscription, source, http);
        });
        await app.StartAsync();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ParentPipe.Listen(line =>
        {
            if (line == "stop")
                ended.TrySetResult();
        });
        ParentPipe.Say($"url {app.Urls.First()}");
        await ended.Task;
        return 0;
    }

    /// <summary>What a subscriber does with a request.</summary>
    private sealed class Hook(ReceiverOrder order, ReceivedLedger ledger, Traffic traffic)
    {
        private readonly WebhookVerifier _verifier = new(SignatureSchemes.StandardWebhooks);
        private readonly Behaviour _behaviour = new(order.Seed);

        private readonly Dictionary<string, (Manner Manner, WebhookSecrets Secrets)> _subscriptions = order.Subscriptions.ToDictionary(
            s => s.Id, s => (s.Manner, WebhookSecrets.Of(WebhookSecret.Parse(s.Secret))), StringComparer.Ordinal);

        public async Task AnswerAsync(string subscription, string source, HttpContext http)
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            if (!_subscriptions.TryGetValue(subscription, out var known))
            {
                ParentPipe.Say($"refused a request for {subscription}, which is none of this run's");
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            WebhookEvent webhook;
            try
            {
                webhook = _verifier.ConstructEvent(body.GetBuffer().AsSpan(0, (int)body.Length), WebhookHeaders.From(http.Request.Headers), known.Secrets);
            }
            catch (WebhookVerificationException e)
            {
                ParentPipe.Say($"refused {e.Message.ReplaceLineEndings(" ")}");
                http.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            var (delay, status) = _behaviour.Next(known.Manner);
            traffic.TakesLong(source, status is null ? Node.NodeProgram.Timeout : delay);
            if (status is null)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Whether the sender still waits does not change what a receiver that has begun does.
            else if (delay > TimeSpan.Zero)
                await Task.Delay(delay, TimeProvider.System, CancellationToken.None);

            if (status == StatusCodes.Status200OK)
                ledger.Append(webhook.Id!, subscription);
            http.Response.StatusCode = status ?? StatusCodes.Status504GatewayTimeout;
        }
    }
}
