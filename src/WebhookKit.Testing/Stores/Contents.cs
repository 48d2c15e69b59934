using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace WebhookKit.Testing.Stores;

/// <summary>
/// Compares what values contain: records by their public properties, sequences by their items, dictionaries by their keys, bytes by bytes, everything else
/// by its own equality.
/// </summary>
[UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Reached from the specs only, and StoreSpecCatalog says that they are not for trimming.")]
[UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "As above.")]
internal static class Contents
{
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance;

    /// <summary>The first difference and where it is; null if there is none.</summary>
    public static Difference? DifferenceOf(object? expected, object? actual, string path = "")
    {
        if (expected is null || actual is null)
            return ReferenceEquals(expected, actual) ? null : new Difference(path, expected, actual);
        if (expected.Equals(actual))
            return null;
        return (expected, actual) switch
        {
            (string, _) => new Difference(path, expected, actual),
            (ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) => left.Span.SequenceEqual(right.Span) ? null : new Difference(path, left, right),
            (IDictionary left, IDictionary right) => InItems(Sorted(left), Sorted(right), path),
            (IEnumerable left, IEnumerable right) when !HasOwnText(expected.GetType()) =>
                InItems([.. left.Cast<object?>()], [.. right.Cast<object?>()], path),
            _ when expected.GetType() == actual.GetType() && IsComparedByProperties(expected.GetType()) => InProperties(expected, actual, path),
            _ => new Difference(path, expected, actual),
        };
    }

    public static IEnumerable<(string Name, object? Value)> PropertiesOf(object record) =>
        record.GetType().GetProperties(Public).Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => (property.Name, property.GetValue(record)));

    public static bool HasOwnText(Type type) => type.GetMethod(nameof(ToString), Public, [])!.DeclaringType?.Assembly == typeof(WebhookException).Assembly;

    public static bool IsRecordWithoutOwnText(Type type) =>
        type.GetMethod(nameof(ToString), Public, [])!.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static bool IsComparedByProperties(Type type) =>
        type.GetMethod(nameof(Equals), Public, [type])?.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) == true
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>));

    private static object?[] Sorted(IDictionary dictionary) =>
        [.. dictionary.Cast<object>().OrderBy(pair => Convert.ToString(pair, CultureInfo.InvariantCulture), StringComparer.Ordinal)];

    private static Difference? InItems(object?[] expected, object?[] actual, string path)
    {
        if (expected.Length != actual.Length)
            return new Difference(path, expected, actual);
        return expected.Select((item, i) => DifferenceOf(item, actual[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")))
            .FirstOrDefault(difference => difference is not null);
    }

    private static Difference? InProperties(object expected, object actual, string path) =>
        PropertiesOf(expected).Zip(PropertiesOf(actual), (left, right) => DifferenceOf(left.Value, right.Value, $"{path}.{left.Name}"))
            .FirstOrDefault(difference => difference is not null);

    /// <param name="Path">Where, from the value that was looked at.</param>
    /// <param name="Expected">What was expected there.</param>
    /// <param name="Actual">What was there.</param>
    internal sealed record Difference(string Path, object? Expected, object? Actual);
}
