using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WebhookKit.Tests.Dispatching;

/// <summary>A real receiver on loopback. It keeps every request whole, then answers as the test has it for the path.</summary>
internal sealed class TestReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> _requests = new();
    private readonly ConcurrentDictionary<string, Func<Received, HttpContext, Task>> _answers = new(StringComparer.Ordinal);
    private readonly Happenings _happenings = new();
    private readonly WebApplication _app;

    private TestReceiver(WebApplication app) => _app = app;

    public ImmutableArray<Received> Requests => [.. _requests];

    public static async Task<TestReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new TestReceiver(builder.Build());
        receiver._app.Run(receiver.ReceiveAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public string UrlOf(string path) => $"{_app.Urls.First()}/{path}";

    public ImmutableArray<Received> RequestsTo(string path) => [.. _requests.Where(r => r.Path == path)];

    /// <summary>Waits until the requests that have come are enough; they may still be unanswered.</summary>
    public Task UntilAsync(Func<bool> condition) => _happenings.UntilAsync(() => new(condition()));

    /// <summary>Answers requests to a path; without this they are answered 200.</summary>
    public void Answer(string path, Func<Received, HttpContext, Task> answer) => _answers[path] = answer;

    /// <summary>Answers the requests to a path with these statuses in turn, the last one for ever.</summary>
    public void Answer(string path, params int[] statuses)
    {
        var count = 0;
        Answer(path, (_, context) =>
        {
            context.Response.StatusCode = statuses[Math.Min(Interlocked.Increment(ref count), statuses.Length) - 1];
            return Task.CompletedTask;
        });
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var received = new Received(context.Request.Path.Value!.TrimStart('/'), WebhookHeaders.From(context.Request.Headers), body.ToArray());
        _requests.Enqueue(received);
        _happenings.Signal();
        if (_answers.TryGetValue(received.Path, out var answer))
            await answer(received, context);
    }

    internal sealed record Received(string Path, WebhookHeaders Headers, byte[] Body)
    {
        public string Id => Header("webhook-id")!;

        public string? Header(string name) => Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
    }
}
