using WebhookKit.InMemory;

namespace WebhookKit.Tests.InMemory;

public sealed class DueHeapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_behaves_like_a_sorted_set_whatever_is_added_and_removed(int seed)
    {
        var random = new Random(seed);
        var heap = new DueHeap<Item>();
        var model = new SortedSet<Item>(Comparer<Item>.Create((a, b) => (a.Due, a.Order).CompareTo((b.Due, b.Order))));
        var outside = new Item(0, 0);
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(step < 12_000 ? 3 : 8) != 0 && (step < 12_000 || model.Count == 0))
            {
                var item = new Item(random.Next(500), step + 1);
                heap.Add(item);
                model.Add(item);
            }
            else if (model.Count > 0)
            {
                var item = random.Next(2) == 0 ? model.Min! : heap.Items[random.Next(heap.Count)];
                heap.Remove(item).Should().BeTrue();
                model.Remove(item);
                heap.Remove(item).Should().BeFalse();
            }

            heap.Count.Should().Be(model.Count);
            heap.FirstDue.Should().Be(model.Min?.Due ?? long.MaxValue);
            if (heap.TryPeek(out var first))
                first.Should().BeSameAs(model.Min);
        }

        heap.Remove(outside).Should().BeFalse();
        model.Should().HaveCountLessThan(3_000, "the second phase empties it");
    }

    private sealed class Item : DueItem
    {
        public Item(long due, long order) => (Due, Order) = (due, order);
    }
}
