using System.Reflection;
using System.Text;

namespace WebhookKit.Tests.Envelopes;

/// <summary>Looks through everything that an object holds, private fields included, but not at who waits for it or is called by it.</summary>
internal static class ObjectGraph
{
    /// <summary>Whether a text is anywhere in it, as text or as UTF-8.</summary>
    public static bool Holds(object root, string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>([root]);
        while (open.TryPop(out var value))
        {
            if (value is string s && s.Contains(text, StringComparison.Ordinal) || value is byte[] bytes && bytes.AsSpan().IndexOf(octets) >= 0)
                return true;
            if (value is string or MemberInfo or Delegate or Task or CancellationTokenSource or TimeProvider or ITimer || value.GetType().IsPrimitive
                || !seen.Add(value))
                continue;
            foreach (var part in value is Array array ? array.Cast<object?>() : Fields(value))
            {
                if (part is not null)
                    open.Push(part);
            }
        }

        return false;
    }

    private static IEnumerable<object?> Fields(object value)
    {
        for (var type = value.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPointer && !field.FieldType.IsFunctionPointer)
                    yield return field.GetValue(value);
            }
        }
    }
}
