namespace WebhookKit.Testing;

/// <summary>Marks a method of a topic as a spec with as many cases as a static property of the topic lists.</summary>
/// <param name="property">The property: static, an <c>IEnumerable&lt;object?[]&gt;</c> with one array of arguments for each case.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SpecCasesAttribute(string property) : Attribute
{
    /// <summary>The property that lists the cases.</summary>
    public string Property => property;
}
