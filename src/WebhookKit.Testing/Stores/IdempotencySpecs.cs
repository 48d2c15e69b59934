using System.Security.Cryptography;
using System.Text;

namespace WebhookKit.Testing.Stores;

internal sealed class IdempotencySpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    private static TimeSpan Day => TimeSpan.FromDays(1);

    [Spec]
    public async Task The_same_key_with_the_same_content_is_answered_with_the_first_message()
    {
        var first = Keyed("k", "content", Target(1), Target(2));
        await EnqueueAsync(first);

        var again = Expect.One(await AcceptAsync(Keyed("k", "content", Target(3))));

        Expect.Equal(new EnqueueResult { Outcome = EnqueueOutcome.Duplicate, MessageId = first.Message.PublicId, Targets = 2 }, again);
        Expect.Equal(2, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task An_accepted_message_is_answered_with_its_own_id_and_its_targets()
    {
        var request = Keyed("k", "content", Target(1), Target(2));

        Expect.Equal(
            new EnqueueResult { Outcome = EnqueueOutcome.Accepted, MessageId = request.Message.PublicId, Targets = 2 }, Expect.One(await AcceptAsync(request)));
        Expect.Equal(
            new EnqueueResult { Outcome = EnqueueOutcome.Duplicate, MessageId = request.Message.PublicId, Targets = 2 },
            Expect.One(await AcceptAsync(request with { Targets = [] })), "the id is known");
    }

    [Spec]
    public async Task The_same_key_with_other_content_is_refused_and_nothing_of_the_call_is_stored()
    {
        var first = Keyed("k", "content");
        await EnqueueAsync(first);
        var (before, after) = (Keyed("before", "b"), Request(3));

        var conflict = await Expect.ThrowsAsync<IdempotencyConflictException>(() => EnqueueAsync(before, Keyed("k", "other"), after));

        Expect.Equal(("k", first.Message.PublicId), (conflict.Key, conflict.MessageId));
        Expect.Equal(1, (await MeasureAsync()).Waiting);
        Expect.Null(await Store.FindMessageAsync(before.Message.PublicId, CancellationToken.None));
        Expect.All(
            await EnqueueAsync(Keyed("before", "other"), after), outcome => outcome == EnqueueOutcome.Accepted, "neither key nor id was taken");
    }

    [Spec]
    public async Task The_same_key_twice_in_one_call_is_stored_once()
    {
        var first = Keyed("k", "content", Target(1), Target(2));

        var results = await AcceptAsync(first, Keyed("k", "content", Target(1)));

        Expect.Sequence([EnqueueOutcome.Accepted, EnqueueOutcome.Duplicate], results.Select(result => result.Outcome));
        Expect.Sequence([first.Message.PublicId, first.Message.PublicId], results.Select(result => result.MessageId));
        Expect.Sequence([2, 2], results.Select(result => result.Targets));
        Expect.Equal(2, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task The_same_key_with_other_content_in_one_call_is_refused_and_nothing_is_stored()
    {
        var first = Keyed("k", "content");

        var conflict = await Expect.ThrowsAsync<IdempotencyConflictException>(() => EnqueueAsync(first, Keyed("k", "other")));

        Expect.Equal(first.Message.PublicId, conflict.MessageId);
        Expect.Equal(0, (await MeasureAsync()).Waiting);
        Expect.Sequence([EnqueueOutcome.Accepted], await EnqueueAsync(Keyed("k", "other")));
    }

    [Spec]
    public async Task A_key_belongs_to_its_tenant()
    {
        string?[] tenants = ["acme", "ACME", null];
        var requests = tenants.Select(tenant => With(Keyed("k", $"content of {tenant}"), message => message with { Tenant = tenant })).ToArray();

        Expect.All(await EnqueueAsync(requests), outcome => outcome == EnqueueOutcome.Accepted);

        foreach (var request in requests)
        {
            var again = request with { Message = Message() with { Tenant = request.Message.Tenant } };
            Expect.Equal(request.Message.PublicId, Expect.One(await AcceptAsync(again)).MessageId);
        }
    }

    [Spec]
    public async Task Keys_are_compared_exactly() =>
        Expect.All(await EnqueueAsync(Keyed("k", "1"), Keyed("K", "2"), Keyed("k ", "3")), outcome => outcome == EnqueueOutcome.Accepted);

    [Spec]
    public async Task A_key_is_known_for_its_lifetime_and_then_free_again()
    {
        var first = Keyed("k", "content");
        await EnqueueAsync(first);
        await AdvanceAsync(Day - Second);
        Expect.Sequence([EnqueueOutcome.Duplicate], await EnqueueAsync(Keyed("k", "content")));
        await AdvanceAsync(2 * Second);

        var second = Keyed("k", "other");
        Expect.Sequence([EnqueueOutcome.Accepted], await EnqueueAsync(second));

        Expect.Equal(second.Message.PublicId, Expect.One(await AcceptAsync(Keyed("k", "other"))).MessageId);
        Expect.Equal("k", (await FindMessageAsync(second)).IdempotencyKey);
        Expect.Null((await FindMessageAsync(first)).IdempotencyKey, "the key is another message's now");
    }

    [Spec]
    public async Task A_key_outlives_the_record_of_its_message()
    {
        var first = Keyed("k", "content");
        await EnqueueAsync(first);
        await WorkAsync();
        await AdvanceAsync(Second);
        await TrimAsync(data: TimeSpan.Zero, log: TimeSpan.Zero);
        Expect.Null(await Store.FindMessageAsync(first.Message.PublicId, CancellationToken.None));

        Expect.Equal(first.Message.PublicId, Expect.One(await AcceptAsync(Keyed("k", "content"))).MessageId);
        await Expect.ThrowsAsync<IdempotencyConflictException>(() => EnqueueAsync(Keyed("k", "other")));
    }

    [Spec]
    public async Task A_repeated_message_does_not_take_its_key_again()
    {
        var first = Keyed("k", "content");
        await EnqueueAsync(first);
        await AdvanceAsync(Day + Second);

        Expect.Sequence([EnqueueOutcome.Duplicate], await EnqueueAsync(first), "its id is known");

        Expect.Sequence([EnqueueOutcome.Accepted], await EnqueueAsync(Keyed("k", "other")));
    }

    [Spec]
    public async Task A_known_message_is_a_duplicate_whatever_its_key()
    {
        var first = Request(1);
        await EnqueueAsync(first, Keyed("k", "content"));

        Expect.Sequence([EnqueueOutcome.Duplicate], await EnqueueAsync(Keyed("k", "other") with { Message = first.Message }));
    }

    [Spec]
    public async Task The_message_record_tells_its_key_as_long_as_it_is_known()
    {
        var request = Keyed("k", "content");
        await EnqueueAsync(request);
        Expect.Equal("k", (await FindMessageAsync(request)).IdempotencyKey);

        await AdvanceAsync(Day + Second);

        Expect.Null((await FindMessageAsync(request)).IdempotencyKey);
    }

    [Spec]
    public async Task A_message_without_targets_holds_its_key_too()
    {
        var request = Keyed("k", "content") with { Targets = [] };
        await EnqueueAsync(request);

        Expect.Equal(
            new EnqueueResult { Outcome = EnqueueOutcome.Duplicate, MessageId = request.Message.PublicId, Targets = 0 },
            Expect.One(await AcceptAsync(Keyed("k", "content", Target(1)))));
    }

    [Spec]
    public async Task The_same_key_by_many_at_once_lets_one_message_in_and_answers_all_with_it()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => AcceptAsync(Keyed("k", "content")))));

        var accepted = Expect.One(results.Select(result => result[0]).Where(result => result.Outcome == EnqueueOutcome.Accepted));
        Expect.All(results, result => string.Equals(result[0].MessageId, accepted.MessageId, StringComparison.Ordinal));
        Expect.Equal(1, (await MeasureAsync()).Waiting);
    }

    [Spec("", 32, 1)]
    [Spec("k", 31, 1)]
    [Spec("k", 33, 1)]
    [Spec("k", 32, 0)]
    public async Task A_malformed_key_is_refused_and_nothing_is_stored(string key, int hashBytes, int lifetime)
    {
        var malformed = new IdempotencyKey { Key = key, ContentHash = new byte[hashBytes], Lifetime = lifetime * Second };

        await Expect.ThrowsAsync<ArgumentException>(() => EnqueueAsync(Request(1), Request(1) with { Idempotency = malformed }));

        Expect.Equal(0, (await MeasureAsync()).Waiting);
    }

    private static EnqueueRequest Keyed(string key, string content, params DeliveryTarget[] targets) => Request(targets is [] ? [Target(1)] : targets) with
    {
        Idempotency = new IdempotencyKey { Key = key, ContentHash = SHA256.HashData(Encoding.UTF8.GetBytes(content)), Lifetime = Day },
    };

    private async Task<MessageRecord> FindMessageAsync(EnqueueRequest request) =>
        Expect.NotNull(await Store.FindMessageAsync(request.Message.PublicId, CancellationToken.None));
}
