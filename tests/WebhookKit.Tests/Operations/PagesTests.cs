using System.Globalization;
using WebhookKit.Operations;

namespace WebhookKit.Tests.Operations;

/// <summary>Pages of a list of numbers, the greatest first, a continuation being the last number of the page before.</summary>
public sealed class PagesTests
{
    private readonly SortedSet<int> _list = [.. Enumerable.Range(1, 25)];
    private int _reads;

    [Fact]
    public async Task The_newest_come_first_page_by_page() =>
        (await ToListAsync(Pages.NewestFirstAsync(ReadAsync, default))).Select(p => p.Count).Should().Equal(10, 10, 5);

    [Fact]
    public async Task The_oldest_come_first_across_the_pages()
    {
        var pages = await ToListAsync(Pages.OldestFirstAsync(ReadAsync, default));

        pages.SelectMany(p => p).Should().Equal(Enumerable.Range(1, 25));
        pages.Should().OnlyContain(p => p.Count <= 10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(10)]
    public async Task A_single_page_is_read_once(int count)
    {
        _list.RemoveWhere(n => n > count);

        (await ToListAsync(Pages.OldestFirstAsync(ReadAsync, default))).Should().ContainSingle().Which.Should().Equal(Enumerable.Range(1, count));
        _reads.Should().Be(1);
    }

    [Fact]
    public async Task What_is_added_meanwhile_is_not_met_and_pushes_nothing_out()
    {
        var met = new List<int>();
        await foreach (var page in Pages.OldestFirstAsync(ReadAsync, default))
        {
            met.AddRange(page);
            for (var i = 0; i < page.Count; i++)
                _list.Add(_list.Max + 1);
        }

        met.Should().Equal(Enumerable.Range(1, 25));
        _list.Count.Should().Be(50);
    }

    [Fact]
    public async Task What_goes_meanwhile_makes_nothing_else_be_missed()
    {
        var met = new HashSet<int>();
        await foreach (var page in Pages.OldestFirstAsync(ReadAsync, default))
        {
            met.UnionWith(page);
            _list.Remove(8);
            _list.Remove(14);
        }

        met.Should().Contain(_list);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(37)]
    public async Task What_comes_between_meanwhile_pushes_nothing_out_and_nothing_comes_twice(int between)
    {
        _list.Clear();
        _list.UnionWith(Enumerable.Range(1, 25).Select(n => n * 100));
        var before = _list.ToArray();
        var (met, pages) = (new List<int>(), 0);
        await foreach (var page in Pages.OldestFirstAsync(ReadAsync, static (one, other) => one < other, default))
        {
            met.AddRange(page);
            if (pages++ == 0)
                _list.UnionWith(Enumerable.Range(1301, between));
            _list.Remove(600);
            _list.Remove(1500);
        }

        met.Should().Equal(before.Concat(Enumerable.Range(1301, between)).Order().Where(n => n is not (600 or 1500)));
    }

    [Fact]
    public async Task What_comes_behind_the_last_page_meanwhile_keeps_nothing_of_it_out()
    {
        var reads = 0;
        var met = new List<int>();
        await foreach (var page in Pages.OldestFirstAsync(ReadAndAddAsync, static (one, other) => one < other, default))
            met.AddRange(page);

        met.Should().Equal(Enumerable.Range(-29, 55));

        ValueTask<Page<int>> ReadAndAddAsync(string? next, CancellationToken token)
        {
            if (reads++ == 3)
                _list.UnionWith(Enumerable.Range(-29, 30));
            return ReadAsync(next, token);
        }
    }

    [Fact]
    public async Task A_token_ends_it_between_two_pages()
    {
        using var cancel = new CancellationTokenSource();
        var met = 0;
        var walk = async () =>
        {
            await foreach (var page in Pages.OldestFirstAsync(ReadAsync, cancel.Token))
            {
                met += page.Count;
                await cancel.CancelAsync();
            }
        };

        await walk.Should().ThrowAsync<OperationCanceledException>();
        met.Should().Be(5);
    }

    private static async Task<List<IReadOnlyList<int>>> ToListAsync(IAsyncEnumerable<IReadOnlyList<int>> pages)
    {
        var list = new List<IReadOnlyList<int>>();
        await foreach (var page in pages)
            list.Add(page);
        return list;
    }

    private ValueTask<Page<int>> ReadAsync(string? continuation, CancellationToken cancellationToken)
    {
        _reads++;
        var before = continuation is null ? int.MaxValue : int.Parse(continuation, CultureInfo.InvariantCulture);
        var rest = _list.Reverse().Where(n => n < before).ToArray();
        var items = rest.Take(10).ToArray();
        return new(new Page<int>(items, rest.Length > 10 ? items[^1].ToString(CultureInfo.InvariantCulture) : null));
    }
}
