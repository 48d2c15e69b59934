using WebhookKit.InMemory;

namespace WebhookKit.Tests.InMemory;

public sealed class ArrivalLineTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_behaves_like_a_list_whatever_is_added_and_removed(int seed)
    {
        var random = new Random(seed);
        var line = new ArrivalLine<Item>();
        var model = new List<Item>();
        for (var step = 0; step < 30_000; step++)
        {
            // It grows, moves on, and is emptied.
            var adds = step < 10_000 ? random.Next(3) != 0 : step < 20_000 ? random.Next(2) == 0 : random.Next(8) == 0;
            if (adds)
            {
                var item = new Item(step);
                line.Contains(item).Should().BeFalse();
                line.Add(item);
                model.Add(item);
            }
            else if (model.Count > 0)
            {
                var item = model[random.Next(4) == 0 ? random.Next(model.Count) : 0];
                line.Contains(item).Should().BeTrue();
                line.Remove(item).Should().BeTrue();
                model.Remove(item);
                line.Remove(item).Should().BeFalse();
            }

            line.Count.Should().Be(model.Count);
            line.FirstDue.Should().Be(model.Count == 0 ? long.MaxValue : model[0].Due);
            line.TryPeek(out var first).Should().Be(model.Count > 0);
            first.Should().BeSameAs(model.Count == 0 ? null : model[0]);
        }

        model.Should().HaveCountLessThan(1_000, "the last phase empties it");
    }

    private sealed class Item : DueItem
    {
        public Item(long due) => Due = due;
    }
}
