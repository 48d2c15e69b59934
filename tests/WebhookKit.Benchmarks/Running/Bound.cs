using System.Globalization;

namespace WebhookKit.Benchmarks.Running;

/// <summary>What a figure must reach.</summary>
internal readonly record struct Bound
{
    private readonly double? _least;
    private readonly double? _most;

    private Bound(double? least, double? most) => (_least, _most) = (least, most);

    /// <summary>Nothing: it is only reported.</summary>
    public static Bound None => default;

    public static Bound AtLeast(double value) => new(value, null);

    public static Bound AtMost(double value) => new(null, value);

    public bool IsReached(double value) => !(value < _least) && !(value > _most);

    public override string ToString() => (_least, _most) switch
    {
        ({ } least, _) => string.Create(CultureInfo.InvariantCulture, $"≥ {least:0.##}"),
        (_, { } most) => string.Create(CultureInfo.InvariantCulture, $"≤ {most:0.##}"),
        _ => "report",
    };
}
