using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace WebhookKit.Tests.Architecture;

public sealed class PublicDocsTests
{
    [Theory]
    [MemberData(nameof(Package.Names), MemberType = typeof(Package))]
    public void Everything_public_says_what_it_is(string package)
    {
        var (all, documentation) = Read(package);
        // A constructor that nobody wrote looks like any other without parameters here; for those that were written the compiler asks.
        all.Where(s => s is not IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.IsEmpty: true })
            .Where(s => documentation(s) is not { } d || (d.Element("inheritdoc") is null && IsEmpty(d.Element("summary"))))
            .Select(s => s.ToDisplayString()).Should().BeEmpty();
        all.Should().HaveCountGreaterThan(10, "a reading that finds nothing proves nothing");
    }

    [Theory]
    [MemberData(nameof(Package.Names), MemberType = typeof(Package))]
    public void No_parameter_exception_or_other_part_of_the_documentation_is_left_empty(string package)
    {
        var (all, documentation) = Read(package);
        string[] parts = ["summary", "remarks", "param", "typeparam", "returns", "value", "exception"];
        all.SelectMany(s => documentation(s)?.Elements().Where(e => parts.Contains(e.Name.LocalName) && IsEmpty(e)).Select(e => $"{s}: {e}") ?? [])
            .Should().BeEmpty();
    }

    /// <summary>What happens when a setting is left alone must not be found out by reading the code.</summary>
    [Theory]
    [MemberData(nameof(Package.Names), MemberType = typeof(Package))]
    public void Every_setting_states_its_default(string package)
    {
        var (all, documentation) = Read(package);
        all.OfType<IPropertySymbol>()
            .Where(p => p is { SetMethod: not null, IsRequired: false } && p.ContainingType.Name.EndsWith("Options", StringComparison.Ordinal))
            .Where(p => documentation(p) is { } d && IsEmpty(d.Element("value")) && !SaysWhatNullIs(p, d.Element("summary")!.Value))
            .Select(p => p.ToDisplayString()).Should().BeEmpty("a <value> tells the default, or the summary what null means");
    }

    private static bool SaysWhatNullIs(IPropertySymbol setting, string summary) =>
        (setting.NullableAnnotation is NullableAnnotation.Annotated || setting.Type.OriginalDefinition.SpecialType is SpecialType.System_Nullable_T)
        && summary.Contains("null", StringComparison.OrdinalIgnoreCase);

    private static bool IsEmpty(XElement? part) => part is null || (string.IsNullOrWhiteSpace(part.Value) && !part.HasElements);

    private static (List<ISymbol> All, Func<ISymbol, XElement?> Documentation) Read(string name)
    {
        var package = Package.Load(name);
        var all = package.Types.SelectMany(t => Package.MembersOf(t).Prepend(t));
        return ([.. all], s => package.Documentation.GetValueOrDefault(s.GetDocumentationCommentId()!));
    }
}
