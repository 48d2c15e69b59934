using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace WebhookKit.Tests.Dispatching.Model;

/// <summary>
/// Random sequences of what happens to a sender, against a model: nothing lost, nothing sent to who is not active, order kept where asked. What fails is shrunk to
/// the shortest sequence that fails.
/// </summary>
public sealed class ModelTests
{
    private const int Sequences = 10_000;

    /// <summary>How many sequences are tried: the environment's number, from a seed of its own each time, or else always the same ten thousand.</summary>
    private const string Variable = "WEBHOOKKIT_MODEL_SEQUENCES";

    [Fact]
    public void Whatever_happens_nothing_is_lost_nor_sent_to_who_is_not_active_and_order_is_kept()
    {
        var configuration = Config.QuickThrowOnFailure.WithMaxTest(Sequences).WithReplay(new Replay(new Rnd(20_261_123, 1), size: null));
        if (int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var many))
            configuration = Config.QuickThrowOnFailure.WithMaxTest(many);
        Prop.ForAll(Sequence(), steps => RunAsync(steps).GetAwaiter().GetResult()).Check(configuration.WithStartSize(5).WithEndSize(30));
    }

    private static async Task RunAsync(Step[] steps)
    {
        await using var world = await World.StartAsync();
        foreach (var step in steps)
            await world.RunAsync(step);
        await world.HealAsync();
        await world.CheckAsync();
    }

    private static Arbitrary<Step[]> Sequence()
    {
        var kinds = Gen.Frequency(
            (6, Gen.Constant(StepKind.Publish)), (4, Gen.Constant(StepKind.Wait)), (3, Gen.Constant(StepKind.Fail)), (3, Gen.Constant(StepKind.Activate)),
            (2, Gen.Constant(StepKind.Crash)), (6, Gen.Elements(Enum.GetValues<StepKind>())));
        var step = from kind in kinds
                   from number in Gen.Choose(0, 99)
                   from meanwhile in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
                   select new Step(kind, number, meanwhile);
        return Arb.From(step.ArrayOf(), Shorter);
    }

    private static IEnumerable<Step[]> Shorter(Step[] steps)
    {
        for (var length = steps.Length / 2; length > 0; length /= 2)
        {
            for (var start = 0; start + length <= steps.Length; start += length)
                yield return [.. steps[..start], .. steps[(start + length)..]];
        }

        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i].MeanwhileSending)
                yield return [.. steps[..i], steps[i] with { MeanwhileSending = false }, .. steps[(i + 1)..]];
        }
    }
}
