using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WebhookKit.Benchmarks.Delivering;
using WebhookKit.Benchmarks.Running;

namespace WebhookKit.Benchmarks.Verifying;

/// <summary>Verifying a request of Standard Webhooks, against one HMAC over the same bytes with the framework's one-shot method.</summary>
internal sealed class VerifyContest : IContest
{
    private const int BytesInAll = 64 * 1024 * 1024;

    private readonly WebhookVerifier _verifier = new(SignatureSchemes.StandardWebhooks);
    private readonly byte[] _body;
    private readonly WebhookHeaders _headers;
    private readonly WebhookSecrets _secrets;
    private readonly byte[] _key;
    private readonly byte[] _signed;
    private readonly int _times;

    private VerifyContest(int length)
    {
        var secret = WebhookSecret.Generate();
        _secrets = WebhookSecrets.Of(secret);
        _key = Convert.FromBase64String(secret.Reveal()["whsec_".Length..]);
        _body = Bodies.OfLength(length);
        _times = BytesInAll / length;
        var id = "msg_" + Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);
        var now = TimeProvider.System.GetUtcNow();
        List<KeyValuePair<string, string>> headers = [new("content-type", "application/json"), new("user-agent", "benchmark")];
        SignatureSchemes.StandardWebhooks.Sign(
            new SigningInput { MessageId = id, Timestamp = now, Body = _body, Url = new Uri("https://receiver.example/") }, _secrets, headers);
        _headers = WebhookHeaders.From(headers);
        _signed = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{now.ToUnixTimeSeconds()}.")), .. _body];
    }

    public static Func<BenchmarkPlace, CancellationToken, Task<IContest>> Open(int length) => (_, _) => Task.FromResult<IContest>(new VerifyContest(length));

    public Task<Sample> SubjectAsync(CancellationToken cancellationToken) => Task.FromResult(Sample.Of(_times, () =>
    {
        for (var i = 0; i < _times; i++)
        {
            if (!_verifier.Verify(_body, _headers, _secrets).IsValid)
                throw new InvalidOperationException("A genuine request was refused.");
        }
    }));

    public Task<Sample?> ReferenceAsync(CancellationToken cancellationToken) => Task.FromResult<Sample?>(Sample.Of(_times, () =>
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        for (var i = 0; i < _times; i++)
            HMACSHA256.HashData(_key, _signed, hash);
    }));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
