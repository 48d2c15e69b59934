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
    public async Task One_that_cannot_be_read_comes_with_its_fault_and_is_tried_again()
    {
        var form = await _format.WriteAsync(Samples.Destination, None);
        _protector.Fails = new TimeoutException();
        var faulty = await _cache.ReadAsync(Samples.Destination.Id, form, None);
        _protector.Fails = null;

        (faulty.Id, faulty.Tenant, faulty.Settings.Url).Should().Be((Samples.Destination.Id, Samples.Destination.Tenant, Samples.Destination.Settings.Url));
        faulty.Fault!.Fault.Should().Be(StoreFault.Unavailable);
        faulty.Settings.Secrets.Count.Should().Be(0);
        var read = await _cache.ReadAsync(Samples.Destination.Id, form, None);
        read.Fault.Should().BeNull();
        Samples.Describe(read).Should().Equal(Samples.Describe(Samples.Destination));
    }

    [Fact]
    public async Task One_that_is_damaged_comes_with_its_fault_too()
    {
        var damaged = await _cache.ReadAsync(Samples.Destination.Id, new SettingsForm("{", []), None);

        (damaged.Id, damaged.Fault!.Fault).Should().Be((Samples.Destination.Id, StoreFault.Unreadable));
    }

    [Fact]
    public async Task One_that_was_written_down_anew_is_read_anew()
    {
        var (first, second) = (await _format.WriteAsync(Samples.Destination, None),
            await _format.WriteAsync(Samples.Destination with { Tenant = "other" }, None));
        await _cache.ReadAsync(Samples.Destination.Id, first, None);

        (await _cache.ReadAsync(Samples.Destination.Id, second, None)).Tenant.Should().Be("other");
        (await _cache.ReadAsync(Samples.Destination.Id, first, None)).Tenant.Should().Be(Samples.Destination.Tenant);
    }

    [Fact]
    public async Task The_settings_of_another_come_with_a_fault()
    {
        var other = new DestinationId(Guid.NewGuid());

        var read = await _cache.ReadAsync(other, await _format.WriteAsync(Samples.Destination, None), None);

        (read.Id, read.Fault!.Fault, read.Settings.Secrets.Count).Should().Be((other, StoreFault.Unreadable, 0));
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
