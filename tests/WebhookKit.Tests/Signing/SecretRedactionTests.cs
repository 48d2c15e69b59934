using System.Collections;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace WebhookKit.Tests.Signing;

/// <summary>Walks every public type that holds a secret, fills it with one, and looks for it in all that a log or an API would show.</summary>
public sealed class SecretRedactionTests
{
    private const string Text = "whsec_c2VjcmV0LXRoYXQtbXVzdC1uZXZlci1zaG93LSEh";

    /// <summary>The longest way to a secret: lease result, lanes, lane, deliveries, delivery, destination, settings, secrets.</summary>
    private const int Deepest = 8;

    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly JsonSerializerOptions WithFields = new() { IncludeFields = true };

    public static TheoryData<Type> Holders =>
        [.. typeof(WebhookSecret).Assembly.GetExportedTypes()
            .Where(t => !t.IsAbstract && !t.IsByRefLike && !t.IsEnum && !t.ContainsGenericParameters && !typeof(Delegate).IsAssignableFrom(t))
            .Where(t => Holds(t, []))];

    [Theory]
    [MemberData(nameof(Holders))]
    public void A_type_that_holds_a_secret_does_not_show_it(Type type)
    {
        var holder = Fill(type, depth: 0)!;
        Reaches(holder, []).Should().BeTrue("the object must hold the secret for the test to mean anything");

        holder.ToString().Should().NotContain(Text).And.NotContain("c2VjcmV0");
        JsonSerializer.Serialize(holder, type).Should().NotContain(Text).And.NotContain("c2VjcmV0");
        JsonSerializer.Serialize(holder, type, WithFields).Should().NotContain(Text);
        foreach (var name in type.GetCustomAttributes<DebuggerDisplayAttribute>().Select(a => a.Value))
            name.Should().NotContain("_text").And.NotContain("Reveal");
    }

    [Fact]
    public void The_walk_finds_the_types_that_are_known_to_hold_secrets() =>
        typeof(WebhookSecret).Assembly.GetExportedTypes().Where(t => Holds(t, [])).Should().Contain(
        [
            typeof(WebhookSecret), typeof(WebhookSecrets), typeof(TenantValues), typeof(RenderingInput), typeof(EnvelopeContext), typeof(WebhookDestination),
            typeof(PublishOptions), typeof(DeliveryRecord), typeof(LeaseResult),
        ]);

    [Fact]
    public void A_debugger_does_not_open_the_text()
    {
        var text = typeof(WebhookSecret).GetField("_text", Fields)!;
        text.GetCustomAttribute<DebuggerBrowsableAttribute>()!.State.Should().Be(DebuggerBrowsableState.Never);
        typeof(HmacKey).GetField("_key", Fields)!.GetCustomAttribute<DebuggerBrowsableAttribute>()!.State.Should().Be(DebuggerBrowsableState.Never);
        typeof(WebhookSecret).GetProperties().Should().BeEmpty("a property is shown by every reflecting logger");
    }

    private static bool Holds(Type type, HashSet<Type> seen)
    {
        if (type == typeof(WebhookSecret))
            return true;
        if (type.IsArray)
            return Holds(type.GetElementType()!, seen);
        // A function that takes a holder holds none.
        return type.Assembly == typeof(WebhookSecret).Assembly && seen.Add(type)
            && AllFields(type).Any(f => Holds(f.FieldType, seen)
                || (!typeof(Delegate).IsAssignableFrom(f.FieldType) && f.FieldType.GetGenericArguments().Any(a => Holds(a, seen))));
    }

    /// <summary>What an array or a list has as its items; null for any other type.</summary>
    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0]
        : null;

    private static IEnumerable<FieldInfo> AllFields(Type? type)
    {
        for (; type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(Fields | BindingFlags.DeclaredOnly))
                yield return field;
        }
    }

    private static object? Fill(Type type, int depth)
    {
        if (type == typeof(WebhookSecret))
            return WebhookSecret.Parse(Text);
        if (type == typeof(WebhookSecrets))
            return WebhookSecrets.Of(WebhookSecret.Parse(Text));
        if (type == typeof(string))
            return "text";
        if (type == typeof(Uri))
            return new Uri("https://receiver.example/");
        if (ElementOf(type) is { } element)
        {
            var array = Array.CreateInstance(element, 1);
            array.SetValue(Fill(element, depth + 1), 0);
            return array;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GetGenericArguments()))!;
            var arguments = type.GetGenericArguments();
            dictionary.Add(Fill(arguments[0], depth + 1)!, Fill(arguments[1], depth + 1));
            return dictionary;
        }

        if (type.Assembly != typeof(WebhookSecret).Assembly || type.IsAbstract || type.IsEnum || depth > Deepest)
            return type.IsValueType ? RuntimeHelpers.GetUninitializedObject(type) : null;
        var filled = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var field in AllFields(type))
            field.SetValue(filled, Fill(field.FieldType, depth + 1));
        return filled;
    }

    private static bool Reaches(object? value, HashSet<object> seen)
    {
        if (value is WebhookSecret)
            return true;
        if (value is null or string || !seen.Add(value))
            return false;
        if (value is IDictionary dictionary)
            return dictionary.Values.Cast<object?>().Any(v => Reaches(v, seen));
        if (value is Array array)
            return array.Cast<object?>().Any(v => Reaches(v, seen));
        return value.GetType().Assembly == typeof(WebhookSecret).Assembly && AllFields(value.GetType()).Any(f => Reaches(f.GetValue(value), seen));
    }
}
