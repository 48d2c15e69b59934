using System.Globalization;
using WebhookKit.FaultTests.Processes;

namespace WebhookKit.Benchmarks.Receiver;

/// <summary>The receiver's own process: reads every request, counts it, and answers at once; or never, on the path for that.</summary>
internal static class ReceiverProgram
{
    public const string Role = "receiver";

    public const string HangPath = "/hang";
    public const string CountPath = "/count";

    private static readonly byte[] Answer = "ok"u8.ToArray();
    private static long _count;

    public static async Task<int> RunAsync()
    {
        _ = await ParentPipe.ReadAsync<object>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ParentPipe.Listen(_ => ended.TrySetResult());
        ParentPipe.Say($"url {app.Urls.First()}");
        await ended.Task;
        return 0;
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        switch (http.Request.Path.Value)
        {
            case CountPath:
                await http.Response.WriteAsync(Interlocked.Read(ref _count).ToString(CultureInfo.InvariantCulture));
                return;
            case HangPath:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
        }

        while (await http.Request.BodyReader.ReadAsync() is var read)
        {
            http.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        Interlocked.Increment(ref _count);
        http.Response.ContentLength = Answer.Length;
        await http.Response.BodyWriter.WriteAsync(Answer);
    }
}
