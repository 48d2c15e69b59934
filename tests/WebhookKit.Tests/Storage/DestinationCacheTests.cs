using WebhookKit.Storage;

namespace WebhookKit.Tests.Storage;

public sealed class DestinationCacheTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly PrefixProtector _protector = new();
    private readonly SettingsFormat _format;
    private readonly DestinationCache _cache;

    public DestinationCacheTests()
    {
        _format = new SettingsFormat(Samples.Parts, _protector);
        _cache = new DestinationCache(_format);
    }

    [Fact]
    public async Task A_destination_is_read_once()
    {
        var form = await _format.WriteAsync(Samples.Destination, None);

        var read = await _cache.ReadAsync(Samples.Destination.Id, form, None);

        (await _cache.ReadAsync(Samples.Destination.Id, form, None)).Should().BeSameAs(read);
        Samples.Describe(read).Should().Equal(Samples.Describe(Samples.Destination));
        _protector.Unprotected.Should().Be(1);
    }

    [Fact]
    public async Task A_reading_that_failed_is_tried_again()
    {
        var form = await _format.WriteAsync(Samples.Destination, None);
        _protector.Fails = new TimeoutException();
        await FluentActions.Awaiting(() => _cache.ReadAsync(Samples.Destination.Id, form, None).AsTask()).Should().ThrowAsync<WebhookStoreException>();
        _protector.Fails = null;

        (await _cache.ReadAsync(Samples.Destination.Id, form, None)).Id.Should().Be(Samples.Destination.Id);
    }

    [Fact]
    public async Task Of_more_than_it_holds_the_one_that_was_not_asked_for_the_longest_goes()
    {
        var forms = new List<(DestinationId Id, SettingsForm Form)>();
        for (var i = 0; i <= DestinationCache.Capacity; i++)
        {
            var destination = Samples.Destination with { Id = new DestinationId(Guid.NewGuid()) };
            forms.Add((destination.Id, await _format.WriteAsync(destination, None)));
        }

        foreach (var i in Enumerable.Range(0, DestinationCache.Capacity).Append(0).Append(DestinationCache.Capacity))
            await _cache.ReadAsync(forms[i].Id, forms[i].Form, None);
        var before = _protector.Unprotected;

        await _cache.ReadAsync(forms[0].Id, forms[0].Form, None);
        _protector.Unprotected.Should().Be(before, "it was asked for again");
        await _cache.ReadAsync(forms[1].Id, forms[1].Form, None);
        _protector.Unprotected.Should().Be(before + 1, "it was the oldest");
    }
}
