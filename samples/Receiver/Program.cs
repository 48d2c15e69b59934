using WebhookKit;

// The smallest API that receives webhooks: read the exact bytes, verify, answer. Start it with the secret the sender shows you:
//   WebhookSecret=whsec_… dotnet run --project samples/Receiver --urls http://127.0.0.1:5055
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 256 * 1024);
var app = builder.Build();

if (!WebhookSecret.TryParse(app.Configuration["WebhookSecret"], out var secret))
{
    Console.Error.WriteLine("Set WebhookSecret to the secret that the sender shows you.");
    return 1;
}

var secrets = WebhookSecrets.Of(secret);
var verifier = new WebhookVerifier(SignatureSchemes.StandardWebhooks);

app.MapPost("/webhooks", async (HttpRequest request, CancellationToken cancellation) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body, cancellation);
    try
    {
        var webhook = verifier.ConstructEvent(body.GetBuffer().AsSpan(0, (int)body.Length), WebhookHeaders.From(request.Headers), secrets);
        app.Logger.LogInformation("Received {Type} {Id}", webhook.Type, webhook.Id);
        return Results.Ok(new { received = true });
    }
    catch (WebhookVerificationException e)
    {
        return Results.BadRequest(new { error = e.Message });
    }
});

app.Run();
return 0;
