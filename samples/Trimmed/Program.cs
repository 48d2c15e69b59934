using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Trimmed;
using WebhookKit;

// A sender and a receiver in one program that is published fully trimmed: what it needs by reflection would be missing.
using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
using var receiver = LoopbackReceiver.Start();
var receiving = receiver.RunAsync();

var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Configuration.AddInMemoryCollection(
    [new("Webhooks:Egress:AllowHttpToLoopback", "true"), new("Webhooks:Retry:Schedule:0", "00:00:00.100")]);
builder.Services.AddWebhooks()
    .AddEvent("inspection.completed", EventsJson.Default.InspectionCompleted, e => e.Group = "Inspection")
    .AddEvent(EventsJson.Default.InvoicePaid);
using var host = builder.Build();
await host.StartAsync(deadline.Token);
var subscriptions = host.Services.GetRequiredService<IWebhookSubscriptions>();
var publisher = host.Services.GetRequiredService<IWebhookPublisher>();
var log = host.Services.GetRequiredService<IDeliveryLog>();

// Sent, answered with 503, sent again.
var subscription = await subscriptions.CreateAsync(new Subscription { Url = receiver.Url, Events = [EventPattern.All] }, deadline.Token);
receiver.Secrets = subscription.Secrets;
var first = await publisher.PublishAsync(new InspectionCompleted(17, Defects: 3), cancellationToken: deadline.Token);
var inspection = await receiver.NextAsync(deadline.Token);

// Signed with the new secret and with the old one.
var rotated = (await subscriptions.RotateSecretAsync(subscription.Id, cancellationToken: deadline.Token))!.Secrets;
receiver.Secrets = WebhookSecrets.Of(rotated.First());
await publisher.PublishAsync(new InvoicePaid(4, Amount: 99.50m), cancellationToken: deadline.Token);
var invoice = await receiver.NextAsync(deadline.Token);
var byOldSecret = new WebhookVerifier(SignatureSchemes.StandardWebhooks).Verify(invoice.Webhook.Body.Span, invoice.Headers, subscription.Secrets);

// The same request once more, with another amount.
using var client = new HttpClient();
using var tampered = new HttpRequestMessage(HttpMethod.Post, receiver.Url);
tampered.Content = new StringContent(System.Text.Encoding.UTF8.GetString(invoice.Webhook.Body.Span).Replace("99.50", "19.50", StringComparison.Ordinal));
foreach (var (name, value) in invoice.Headers.Where(h => h.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)))
    tampered.Headers.Add(name, value);
using var refused = await client.SendAsync(tampered, deadline.Token);

while ((await log.MeasureAsync(deadline.Token)).Waiting > 0)
    await Task.Delay(TimeSpan.FromMilliseconds(5), deadline.Token);
var deliveries = (await log.ListDeliveriesAsync(new DeliveryQuery(), deadline.Token)).Items;
await host.StopAsync(deadline.Token);
receiver.Dispose();
await receiving;

string[] faults =
[
    .. Unless(inspection.Webhook.GetData(EventsJson.Default.InspectionCompleted) == new InspectionCompleted(17, 3), "the inspection came as published"),
    .. Unless(inspection.Webhook.Id == first.MessageId, "the message id came as published"),
    .. Unless(invoice.Webhook.Type == "invoice.paid", "the attribute named the event type"),
    .. Unless(invoice.Webhook.GetData(EventsJson.Default.InvoicePaid) == new InvoicePaid(4, 99.50m), "the invoice came as published"),
    .. Unless(byOldSecret.IsValid, "the old secret signed too"),
    .. Unless(refused.StatusCode == HttpStatusCode.BadRequest, "the tampered request was refused"),
    .. Unless(receiver.Verified == 3, "three requests were verified"),
    .. Unless(deliveries.Count == 2 && deliveries.All(d => d.Status == DeliveryStatus.Delivered), "both deliveries arrived"),
    .. Unless(deliveries.Sum(d => d.AttemptsMade) == 3, "one of them was sent twice"),
];
Console.WriteLine(faults.Length == 0 ? "trimmed: 2 events sent, 3 requests verified, 1 retried, 1 tampered refused" : $"not so: {string.Join("; ", faults)}");
return faults.Length == 0 ? 0 : 1;

static IEnumerable<string> Unless(bool holds, string what) => holds ? [] : [what];
