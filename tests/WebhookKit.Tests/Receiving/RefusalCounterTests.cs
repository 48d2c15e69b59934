using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace WebhookKit.Tests.Receiving;

public sealed class RefusalCounterTests
{
    [Fact]
    public void Refusals_are_counted_by_their_reason()
    {
        var counted = new ConcurrentQueue<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == WebhookTelemetry.Name && instrument.Name == WebhookTelemetry.VerifyRefused)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Enqueue((string)tags[0].Value!));
        listener.Start();
        var verifier = new WebhookVerifier(SignatureSchemes.Hmac("x-counted"));
        var secret = WebhookSecret.Generate();

        verifier.Verify("{}"u8, signature: null, secret);
        verifier.Verify("{}"u8, new string('0', 64), secret);
        verifier.Verify("{}"u8, WebhookHeaders.None, WebhookSecrets.None);

        // Other tests verify at the same time, so there may be more.
        counted.Should().Contain(
            [nameof(VerificationRefusal.MissingHeader), nameof(VerificationRefusal.SignatureMismatch), nameof(VerificationRefusal.NoSecret)]);
    }
}
