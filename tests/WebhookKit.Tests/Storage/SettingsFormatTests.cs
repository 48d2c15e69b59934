using System.Text;
using System.Text.Json;
using WebhookKit.Storage;
using WebhookKit.Tests.Architecture;

namespace WebhookKit.Tests.Storage;

public sealed class SettingsFormatTests
{
    private static readonly string[] HostParts = ["Schemes", "Authentication", "Envelope", "Retry", "Success", "RetryByEventType[c.d]"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly SettingsFormat Format = new(Samples.Parts, protector: null);

    private readonly PrefixProtector _protector = new();

    [Fact]
    public async Task Everything_that_a_subscription_can_hold_survives()
    {
        var full = Samples.Subscription with { Version = 7 };
        var nothing = new Subscription { Url = "", Events = [] };
        Samples.Describe(full).Should().NotIntersectWith(Samples.Describe(nothing), "each property must be tried with a value of its own");

        var read = await Format.ReadAsync(await WriteAsync(full), CancellationToken.None);

        Samples.Describe(read).Should().Equal(Samples.Describe(full with { Version = 0 }));
    }

    [Fact]
    public async Task Everything_that_a_destination_can_hold_survives()
    {
        var full = Samples.Destination;
        Samples.Describe(full.Settings).Should().NotIntersectWith(Samples.Describe(new WebhookDestination { Url = "" }), "each must be tried");
        Samples.Describe(full).Keys.Should().BeEquivalentTo("Id", "Tenant", "Settings");

        var read = await Format.ReadDestinationAsync(full.Id, await Format.WriteAsync(full, CancellationToken.None), CancellationToken.None);

        Samples.Describe(read).Should().Equal(Samples.Describe(full));
    }

    [Fact]
    public async Task What_says_nothing_survives_too()
    {
        var least = new Subscription { Id = SubscriptionId.New(TimeProvider.System), Url = "https://example.com", Events = [EventPattern.All] };
        var destination = new StoredDestination { Id = new DestinationId(Guid.NewGuid()), Settings = new WebhookDestination { Url = "https://example.com" } };

        var form = await WriteAsync(least);
        Samples.Describe(await Format.ReadAsync(form, CancellationToken.None)).Should().Equal(Samples.Describe(least));
        form.Secrets.Should().BeEmpty();
        var written = await Format.WriteAsync(destination, CancellationToken.None);
        Samples.Describe(await Format.ReadDestinationAsync(destination.Id, written, CancellationToken.None)).Should().Equal(Samples.Describe(destination));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Subscriptions_of_parts_chosen_at_random_survive(int seed)
    {
        var random = new Random(seed);
        var format = new SettingsFormat(Samples.Parts, _protector);
        for (var i = 0; i < 500; i++)
        {
            var subscription = Samples.Random(random);
            var form = await format.WriteAsync(subscription, CancellationToken.None);
            Samples.Describe(await format.ReadAsync(form, CancellationToken.None)).Should().Equal(Samples.Describe(subscription));
        }
    }

    [Fact]
    public async Task The_outline_needs_neither_secrets_nor_names()
    {
        var full = Samples.Subscription;
        var outline = SettingsFormat.ReadOutline(full.Id, (await WriteAsync(full)).Json);

        var expected = Samples.Describe(full);
        Samples.Describe(outline).Where(p => p.Key is "Id" or "Tenant" or "Status" or "Events" or "Filter" or "CreatedAt")
            .Should().HaveCount(6).And.OnlyContain(p => p.Value == expected[p.Key]);
    }

    [Fact]
    public async Task Nothing_secret_is_in_the_open_part()
    {
        string[] secret = ["whsec_", "a secret of", "pass:word", "\"user", "to.ken", "\"one", "\"two", "secret one"];
        foreach (var authentication in Samples.Authentications)
        {
            var subscription = new Subscription
            {
                Id = SubscriptionId.New(TimeProvider.System), Url = "https://example.com", Events = [],
                Secrets = Samples.Secrets, Authentication = authentication,
            };
            (await WriteAsync(subscription)).Json.Should().NotContainAny(secret);
        }

        (await Format.WriteAsync(Samples.Destination, CancellationToken.None)).Json.Should().NotContainAny(secret);
    }

    [Fact]
    public async Task A_protector_gets_the_secrets_with_what_they_belong_to()
    {
        var format = new SettingsFormat(Samples.Parts, _protector);

        var form = await format.WriteAsync(Samples.Subscription, CancellationToken.None);
        var destination = await format.WriteAsync(Samples.Destination, CancellationToken.None);

        form.Secrets[0].Should().Be(1);
        Encoding.UTF8.GetString(form.Secrets).Should().Contain("Ångström 📬/subscription/sub_00112233445566778899aabbccddeeff/").And.NotContain("whsec_");
        Encoding.UTF8.GetString(destination.Secrets).Should().Contain("acme/destination/dst_00112233445566778899aabbccddeeff/").And.NotContain("secret");
        Samples.Describe(await format.ReadDestinationAsync(Samples.Destination.Id, destination, CancellationToken.None))
            .Should().Equal(Samples.Describe(Samples.Destination));
    }

    [Fact]
    public async Task A_protector_that_comes_later_leaves_what_is_plain_readable()
    {
        var plain = await WriteAsync(Samples.Subscription);

        var read = await new SettingsFormat(Samples.Parts, _protector).ReadAsync(plain, CancellationToken.None);

        read.Secrets.Should().Equal(Samples.Secrets);
        _protector.Unprotected.Should().Be(0);
    }

    [Fact]
    public async Task Without_the_protector_what_is_protected_says_what_to_configure()
    {
        var form = await new SettingsFormat(Samples.Parts, _protector).WriteAsync(Samples.Subscription, CancellationToken.None);

        (await UnreadableAsync(form)).Should().Contain("sub_00112233445566778899aabbccddeeff").And.Contain("ProtectSecrets");
        SettingsFormat.ReadOutline(Samples.Subscription.Id, form.Json).Id.Should().Be(Samples.Subscription.Id);
    }

    [Fact]
    public async Task Secrets_of_another_record_are_not_read()
    {
        var format = new SettingsFormat(Samples.Parts, _protector);
        var form = await format.WriteAsync(Samples.Subscription, CancellationToken.None);
        var other = await format.WriteAsync(Samples.Subscription with { Tenant = "other" }, CancellationToken.None);

        await UnreadableAsync(form with { Secrets = other.Secrets }, format);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Secrets_are_not_read_beside_a_url_that_somebody_else_changed(bool isProtected)
    {
        var format = isProtected ? new SettingsFormat(Samples.Parts, _protector) : Format;
        var (form, destination) = (await format.WriteAsync(Samples.Subscription, CancellationToken.None),
            await format.WriteAsync(Samples.Destination, CancellationToken.None));

        (await UnreadableAsync(Moved(form), format)).Should().Contain("another URL");
        (await FluentActions.Awaiting(() => format.ReadDestinationAsync(Samples.Destination.Id, Moved(destination), CancellationToken.None).AsTask())
            .Should().ThrowAsync<WebhookStoreException>()).Which.Message.Should().Contain("another URL");
        var changed = await format.WriteAsync(Samples.Subscription with { Url = "https://elsewhere.example/" }, CancellationToken.None);
        (await format.ReadAsync(changed, CancellationToken.None)).Secrets.Should().Equal(Samples.Secrets);

        static SettingsForm Moved(SettingsForm form) => form with
        {
            Json = System.Text.RegularExpressions.Regex.Replace(
                form.Json, "\"url\":\"[^\"]*\"", "\"url\":\"https://attacker.example/\"", default, TimeSpan.FromSeconds(10)),
        };
    }

    [Fact]
    public async Task The_settings_of_another_destination_are_not_read()
    {
        var form = await Format.WriteAsync(Samples.Destination, CancellationToken.None);
        var other = new DestinationId(Guid.NewGuid());

        (await FluentActions.Awaiting(() => Format.ReadDestinationAsync(other, form, CancellationToken.None).AsTask())
            .Should().ThrowAsync<WebhookStoreException>()).Which.Message.Should().Contain($"{other}").And.Contain($"{Samples.Destination.Id}");
    }

    [Fact]
    public async Task What_could_not_be_read_is_not_written_over()
    {
        var faulty = Samples.Subscription with { Secrets = WebhookSecrets.None, Fault = new WebhookStoreException(StoreFault.Unreadable, "No key.") };

        var refused = await FluentActions.Awaiting(() => WriteAsync(faulty with { Name = "new" }).AsTask()).Should().ThrowAsync<WebhookStoreException>();

        (refused.Which.Fault, refused.Which.InnerException).Should().Be((StoreFault.Unreadable, faulty.Fault));
        refused.Which.Message.Should().Contain($"{faulty.Id}").And.Contain("No key.");
    }

    [Fact]
    public async Task A_protector_that_fails_is_a_fault_of_the_store_that_may_pass()
    {
        var format = new SettingsFormat(Samples.Parts, _protector);
        var form = await format.WriteAsync(Samples.Subscription, CancellationToken.None);
        Exception[] failures =
        [
            new HttpRequestException("The key service is away."), new OperationCanceledException("It gave up."),
            new WebhookValidationException(new WebhookError(WebhookErrorCode.Required, "Key", "None.", "Give one.")),
        ];
        foreach (var (failure, call) in failures.SelectMany(failure => Calls, (failure, call) => (failure, call)))
        {
            _protector.Fails = failure;
            var thrown = (await FluentActions.Awaiting(() => call(format, form)).Should().ThrowAsync<WebhookStoreException>()).Which;
            (thrown.Fault, thrown.IsTransient, thrown.InnerException).Should().Be((StoreFault.Unavailable, true, failure));
        }
    }

    [Fact]
    public async Task A_part_without_a_name_is_refused_with_the_field_and_what_to_do()
    {
        var format = new SettingsFormat(new NamedParts([]), protector: null);
        var subscription = Samples.Subscription with
        {
            Schemes = [Samples.HostScheme], Authentication = Samples.HostAuthentication, Envelope = Samples.HostEnvelope, Retry = Samples.HostPolicy,
            Success = Samples.HostRule,
        };

        var refused = await FluentActions.Awaiting(() => format.WriteAsync(subscription, CancellationToken.None).AsTask())
            .Should().ThrowAsync<WebhookValidationException>();

        refused.Which.Errors.Select(e => (e.Field, e.Code)).Should().BeEquivalentTo(
            HostParts.Select(f => (f, WebhookErrorCode.UnnamedPart)));
        refused.Which.Errors.Should().OnlyContain(e => Names(e.Remedy));
        var destination = await FluentActions.Awaiting(() => format.WriteAsync(Samples.Destination, CancellationToken.None).AsTask())
            .Should().ThrowAsync<WebhookValidationException>();
        destination.Which.Errors.Select(e => e.Field).Should().BeEquivalentTo("Destination.Envelope", "Destination.Success");
    }

    [Fact]
    public async Task A_name_that_this_host_does_not_know_is_named()
    {
        var form = await WriteAsync(Samples.Subscription with { Envelope = Samples.HostEnvelope });

        (await UnreadableAsync(form, new SettingsFormat(new NamedParts([]), protector: null))).Should().Match(m => Names(m));
    }

    [Fact]
    public async Task A_text_that_no_database_keeps_is_refused()
    {
        foreach (var text in new[] { "half \uD800", "nul \0" })
        {
            var refused = await FluentActions.Awaiting(() => WriteAsync(Samples.Subscription with { Description = text }).AsTask())
                .Should().ThrowAsync<WebhookValidationException>();
            refused.Which.Errors.Should().ContainSingle()
                .Which.Should().Match<WebhookError>(e => e.Code == WebhookErrorCode.InvalidText && e.Field == "Description");
        }
    }

    [Fact]
    public async Task What_a_newer_library_added_is_passed_over()
    {
        var form = await WriteAsync(Samples.Subscription);
        var open = form.Json.Insert(1, """ "added": {"a":[1]}, """);
        var secret = "\0" + Encoding.UTF8.GetString(form.Secrets)[1..].Insert(1, """ "added":1, """);
        open = open.Replace("""{"kind":"hmac",""", """{"kind":"hmac","added":true,""");

        var read = await Format.ReadAsync(new SettingsForm(open, Encoding.UTF8.GetBytes(secret)), CancellationToken.None);

        Samples.Describe(read).Should().Equal(Samples.Describe(Samples.Subscription));
    }

    [Fact]
    public async Task What_is_damaged_or_of_another_form_is_named()
    {
        var form = await WriteAsync(Samples.Subscription);
        string[] texts =
        [
            "", "[]", "null", "{}", form.Json[..^1], form.Json.Replace("\"v\":1", "\"v\":2"), form.Json.Replace("\"Disabled\"", "\"Sleeping\""),
            form.Json.Replace("\"Disabled\"", "3"), form.Json.Replace("\"Disabled\"", "\"3\""), form.Json.Replace("\"hmac\"", "\"unknown\""),
            form.Json.Replace("sub_", "dst_"), form.Json.Replace("\"c.*\"", "\"*.*\""), form.Json.Replace("\"00:00:07.5000000\"", "\"soon\""),
        ];
        texts.Should().OnlyHaveUniqueItems();
        foreach (var json in texts)
            await UnreadableAsync(form with { Json = json });
        foreach (var secrets in new byte[][] { [0], [7], [0, 1], [.. form.Secrets[..^1]], [0, .. "{\"v\":2}"u8] })
            (await UnreadableAsync(form with { Secrets = secrets })).Should().NotContain("whsec_");
    }

    [Theory]
    [InlineData("subscription")]
    [InlineData("destination")]
    public async Task The_first_form_is_read_for_ever(string kind)
    {
        var path = Path.Combine(SourceTree.RepositoryRoot, "tests", "WebhookKit.Tests", "Storage", "Forms", $"{kind}.v1");
        var written = kind == "subscription" ? await WriteAsync(Samples.Subscription) : await Format.WriteAsync(Samples.Destination, CancellationToken.None);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(path + ".json", Indent(written.Json) + "\n");
            await File.WriteAllTextAsync(path + ".secrets.json", Indent(Encoding.UTF8.GetString(written.Secrets.AsSpan(1))) + "\n");
        }

        var kept = new SettingsForm(await File.ReadAllTextAsync(path + ".json"), [0, .. await File.ReadAllBytesAsync(path + ".secrets.json")]);

        var (read, sample) = kind == "subscription"
            ? (await Format.ReadAsync(kept, CancellationToken.None), Samples.Subscription)
            : ((object)await Format.ReadDestinationAsync(Samples.Destination.Id, kept, CancellationToken.None), (object)Samples.Destination);
        Samples.Describe(read).Should().Equal(Samples.Describe(sample));
        Indent(kept.Json).Should().Be(Indent(written.Json), "what is written changes by additions only, in a file of their own");
    }

    [Fact]
    public void The_calls_that_errors_name_exist() =>
        typeof(WebhooksBuilder).GetMethods().Select(m => m.Name).Should().Contain(
            [RetryForm.Method, SuccessForm.Method, SchemeForm.Method, EnvelopeForm.Method, AuthenticationForm.Method, "ProtectSecrets"]);

    private static Func<SettingsFormat, SettingsForm, Task>[] Calls =>
    [
        async (format, form) => await format.ReadAsync(form, CancellationToken.None),
        async (format, _) => await format.WriteAsync(Samples.Subscription, CancellationToken.None),
    ];

    private static bool Names(string text) =>
        new[] { RetryForm.Method, SuccessForm.Method, SchemeForm.Method, EnvelopeForm.Method, AuthenticationForm.Method }.Any(text.Contains);

    private static ValueTask<SettingsForm> WriteAsync(Subscription subscription) => Format.WriteAsync(subscription, CancellationToken.None);

    private static async Task<string> UnreadableAsync(SettingsForm form, SettingsFormat? format = null)
    {
        var thrown = await FluentActions.Awaiting(() => (format ?? Format).ReadAsync(form, CancellationToken.None).AsTask())
            .Should().ThrowAsync<WebhookStoreException>(form.Json);
        thrown.Which.Fault.Should().Be(StoreFault.Unreadable);
        return thrown.Which.Message;
    }

    private static string Indent(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document, Indented);
    }
}
