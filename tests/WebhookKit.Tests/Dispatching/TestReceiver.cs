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
    private int _beginning;

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

    /// <summary>Waits until the requests that have come are enough; they may still be unanswered, but each is as far as the first wait of its answer.</summary>
    public Task UntilAsync(Func<bool> condition) => _happenings.UntilAsync(() => new(condition() && Volatile.Read(ref _beginning) == 0));

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
        Task answering;
        Interlocked.Increment(ref _beginning);
        try
        {
            _requests.Enqueue(received);
            answering = _answers.TryGetValue(received.Path, out var answer) ? answer(received, context) : Task.CompletedTask;
        }
        finally
        {
            Interlocked.Decrement(ref _beginning);
            _happenings.Signal();
        }

        await answering;
    }

    internal sealed record Received(string Path, WebhookHeaders Headers, byte[] Body)
    {
        public string Id => Header("webhook-id")!;

        public string? Header(string name) => Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
    }
}
