namespace WebhookKit.Benchmarks.Running;

/// <summary>What a figure came to.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Subject">The subject's values, in the figure's unit.</param>
/// <param name="Reference">The reference's values, pair by pair; empty where there is none.</param>
internal sealed record Result(Figure Figure, IReadOnlyList<double> Subject, IReadOnlyList<double> Reference)
{
    /// <summary>The median of the pairs' ratios; of the subject's values where there is no reference.</summary>
    public double Value => Median([.. Subject.Select((subject, i) => Reference.Count == 0 ? subject : subject / Reference[i])]);

    public double SubjectMedian => Median(Subject);

    public double? ReferenceMedian => Reference.Count == 0 ? null : Median(Reference);

    public bool IsReached => Figure.Bound.IsReached(Value);

    private static double Median(IReadOnlyList<double> values)
    {
        var ordered = values.Order().ToArray();
        var middle = ordered.Length / 2;
        return ordered.Length % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
    }
}
