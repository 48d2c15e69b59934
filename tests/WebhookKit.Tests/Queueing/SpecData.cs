namespace WebhookKit.Tests.Queueing;

/// <summary>The cases that specs run through.</summary>
public static class SpecData
{
    /// <summary>How many steps a worker of <see cref="WakeUpSpecs{TFixture}"/> takes.</summary>
    public const int WorkerSteps = 6;

    public static TheoryData<SettlementAction> SettlementActions => [.. Enum.GetValues<SettlementAction>()];

    /// <summary>Before which step something happens, the last being after all of them; and whether the worker asks for more before it releases.</summary>
    public static TheoryData<int, bool> StepBoundaries
    {
        get
        {
            var data = new TheoryData<int, bool>();
            for (var step = 0; step <= WorkerSteps; step++)
            {
                data.Add(step, false);
                data.Add(step, true);
            }

            return data;
        }
    }
}
