namespace WebhookKit.Testing;

/// <summary>
/// Marks a method of a topic as a spec: an instance method without a result other than its <see cref="Task"/>, which throws if the store does not do what
/// the method's name says. A method with parameters has one attribute for each case, or <see cref="SpecCasesAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SpecAttribute : Attribute
{
    private readonly object?[] _arguments;

    /// <summary>Marks a spec, or one case of a spec with parameters.</summary>
    /// <param name="arguments">What the method is called with.</param>
    public SpecAttribute(params object?[] arguments) => _arguments = arguments;

    /// <summary>What the method is called with.</summary>
    public IReadOnlyList<object?> Arguments => _arguments;
}
