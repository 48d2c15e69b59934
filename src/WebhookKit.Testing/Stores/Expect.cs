using System.Runtime.CompilerServices;
using WebhookKit.Testing.Stores;

namespace WebhookKit.Testing;

/// <summary>
/// The expectations that specs state. Each throws <see cref="SpecFailedException"/> with the expression that was looked at, what was expected of it, and what
/// it was. <c>because</c> says why, where the expectation alone does not.
/// </summary>
public static partial class Expect
{
    /// <summary>That two values are equal.</summary>
    /// <typeparam name="T">The values.</typeparam>
    public static void Equal<T>(T expected, T actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw Failure(what, ValueText.Of(expected), ValueText.Of(actual), because);
    }

    /// <summary>That two values differ.</summary>
    /// <typeparam name="T">The values.</typeparam>
    public static void NotEqual<T>(T unexpected, T actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (EqualityComparer<T>.Default.Equals(unexpected, actual))
            throw Failure(what, "anything but " + ValueText.Of(unexpected), "just that", because);
    }

    /// <summary>That two values have the same contents: records property by property, sequences item by item, dictionaries key by key.</summary>
    /// <typeparam name="T">The values.</typeparam>
    public static void Equivalent<T>(T expected, T actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (Contents.DifferenceOf(expected, actual) is { } difference)
            throw Failure(what + difference.Path, ValueText.Of(difference.Expected), ValueText.Of(difference.Actual), because);
    }

    /// <summary>That a condition holds.</summary>
    public static void True(bool condition, string? because = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Equal(expected: true, condition, because, what);

    /// <summary>That a condition does not hold.</summary>
    public static void False(bool condition, string? because = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Equal(expected: false, condition, because, what);

    /// <summary>That there is no value.</summary>
    public static void Null(object? actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (actual is not null)
            throw Failure(what, "null", ValueText.Of(actual), because);
    }

    /// <summary>That there is a value; answers with it.</summary>
    /// <typeparam name="T">The value.</typeparam>
    public static T NotNull<T>(T? actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "") where T : class =>
        actual ?? throw Failure(what, "a value", "null", because);

    /// <summary>That a duration is there and within a second of another.</summary>
    public static void Close(TimeSpan expected, TimeSpan? actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (actual is null || (actual.Value - expected).Duration() > Tolerance)
            throw Failure(what, $"{ValueText.Of(expected)}, give or take a second", ValueText.Of(actual), because);
    }

    /// <summary>That a time is there and within a second of another.</summary>
    public static void Close(
        DateTimeOffset expected, DateTimeOffset? actual, string? because = null, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (actual is null || (actual.Value - expected).Duration() > Tolerance)
            throw Failure(what, $"{ValueText.Of(expected)}, give or take a second", ValueText.Of(actual), because);
    }

    /// <summary>That a call throws an exception of a type, or of one derived from it; answers with the exception.</summary>
    /// <typeparam name="TException">The exception.</typeparam>
    public static async Task<TException> ThrowsAsync<TException>(
        Func<Task> call, string? because = null, [CallerArgumentExpression(nameof(call))] string what = "") where TException : Exception
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (TException expected)
        {
            return expected;
        }
        catch (Exception other) when (other is not SpecFailedException)
        {
            throw Failure(what, typeof(TException).Name, other.ToString(), because);
        }

        throw Failure(what, typeof(TException).Name, "no exception", because);
    }

    /// <summary>That a task ends in time: by the real clock, since what would end it may never come.</summary>
    /// <typeparam name="T">What the task gives.</typeparam>
    public static async Task<T> InTimeAsync<T>(Task<T> task, TimeSpan deadline, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await InTimeAsync((Task)task, deadline, what).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <summary>That a task ends in time: by the real clock, since what would end it may never come.</summary>
    public static async Task InTimeAsync(Task task, TimeSpan deadline, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        ArgumentNullException.ThrowIfNull(task);
        await task.WaitAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!task.IsCompleted)
            throw Failure(what, $"an end within {ValueText.Of(deadline)} of real time", "none", because: null);
        await task.ConfigureAwait(false);
    }

    private static TimeSpan Tolerance => TimeSpan.FromSeconds(1);

    private static SpecFailedException Failure(string what, string expected, string actual, string? because) => new(
        $"{what}{Environment.NewLine}  expected: {expected}{(because is null ? "" : $" ({because})")}{Environment.NewLine}  actual:   {actual}");
}
