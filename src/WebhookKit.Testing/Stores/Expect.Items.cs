using System.Globalization;
using System.Runtime.CompilerServices;
using WebhookKit.Testing.Stores;

namespace WebhookKit.Testing;

public static partial class Expect
{
    /// <summary>That there are just these items, in this order.</summary>
    /// <typeparam name="T">The items.</typeparam>
    public static void Sequence<T>(
        IEnumerable<T> expected, IEnumerable<T> actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        T[] wanted = [.. expected], found = [.. actual];
        if (!wanted.SequenceEqual(found))
            throw Failure(what, ValueText.Of(wanted), ValueText.Of(found), because);
    }

    /// <summary>That there are just these items, each as often, in any order.</summary>
    /// <typeparam name="T">The items.</typeparam>
    public static void SameItems<T>(
        IEnumerable<T> expected, IEnumerable<T> actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        T[] wanted = [.. expected], found = [.. actual];
        var missing = wanted.ToList();
        if (wanted.Length != found.Length || !found.All(missing.Remove))
            throw Failure(what, ValueText.Of(wanted) + " in any order", ValueText.Of(found), because);
    }

    /// <summary>That there is no item.</summary>
    /// <typeparam name="T">The items.</typeparam>
    public static void Empty<T>(IEnumerable<T> actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "") =>
        Count(0, actual, because, what);

    /// <summary>That there is at least one item.</summary>
    /// <typeparam name="T">The items.</typeparam>
    public static void NotEmpty<T>(IEnumerable<T> actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (!actual.Any())
            throw Failure(what, "at least one item", "none", because);
    }

    /// <summary>That there are so many items.</summary>
    /// <typeparam name="T">The items.</typeparam>
    public static void Count<T>(
        int expected, IEnumerable<T> actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        T[] found = [.. actual];
        if (found.Length != expected)
            throw Failure(what, string.Create(CultureInfo.InvariantCulture, $"{expected} items"), ValueText.Of(found), because);
    }

    /// <summary>That there is one item; answers with it.</summary>
    /// <typeparam name="T">The items.</typeparam>
    public static T One<T>(IEnumerable<T> actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        T[] found = [.. actual];
        return found.Length == 1 ? found[0] : throw Failure(what, "one item", ValueText.Of(found), because);
    }

    /// <summary>That no item is there twice.</summary>
    /// <typeparam name="T">The items.</typeparam>
    public static void Unique<T>(IEnumerable<T> actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        var twice = actual.GroupBy(item => item).Where(group => group.Skip(1).Any()).Select(group => group.Key).ToArray();
        if (twice.Length > 0)
            throw Failure(what, "no item twice", "more than once: " + ValueText.Of(twice), because);
    }

    /// <summary>That every item meets a condition.</summary>
    /// <typeparam name="T">The items.</typeparam>
    public static void All<T>(
        IEnumerable<T> actual, Func<T, bool> condition, string? because = null,
        [CallerArgumentExpression(nameof(actual))] string what = "", [CallerArgumentExpression(nameof(condition))] string stated = "")
    {
        var others = actual.Where(item => !condition(item)).ToArray();
        if (others.Length > 0)
            throw Failure(what, $"all items: {stated}", "not so: " + ValueText.Of(others), because);
    }
}
