using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WebhookKit.Tests.Architecture;

/// <summary>An assembly that is packed, as another compiler sees it: what is public in it, and its documentation file.</summary>
internal sealed class Package
{
    private Package(IAssemblySymbol assembly, IReadOnlyDictionary<string, XElement> documentation) => (Assembly, Documentation) = (assembly, documentation);

    public IAssemblySymbol Assembly { get; }

    /// <summary>The documentation by the ids of types and members.</summary>
    public IReadOnlyDictionary<string, XElement> Documentation { get; }

    /// <summary>Every public type, nested ones too, by its full name.</summary>
    public IEnumerable<INamedTypeSymbol> Types => Visible(Assembly.GlobalNamespace).OrderBy(t => t.ToDisplayString(), StringComparer.Ordinal);

    /// <summary>The projects that are packed.</summary>
    public static IReadOnlyList<string> Projects { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(SourceTree.RepositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(p => XDocument.Load(p).Descendants("IsPackable").Any(e => bool.Parse(e.Value)))
            .Select(p => Path.GetFileNameWithoutExtension(p))
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Names() => new(Projects);

    public static Package Load(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, name + ".dll");
        File.Exists(path).Should().BeTrue("the tests must have a reference to src/{0}", name);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Distinct(StringComparer.Ordinal)
            .ToDictionary(p => p, p => MetadataReference.CreateFromFile(p), StringComparer.Ordinal);
        var documentation = XDocument.Load(Path.ChangeExtension(path, ".xml")).Descendants("member");
        return new Package(
            (IAssemblySymbol)CSharpCompilation.Create(name, references: references.Values).GetAssemblyOrModuleSymbol(references[path])!,
            documentation.ToDictionary(m => m.Attribute("name")!.Value, StringComparer.Ordinal));
    }

    /// <summary>What a type has for others: without accessors, and without what the compiler adds to records and structs.</summary>
    public static IEnumerable<ISymbol> MembersOf(INamedTypeSymbol type) => type.GetMembers()
        .Where(m => m is not INamedTypeSymbol and not IMethodSymbol { AssociatedSymbol: not null } && IsVisible(m) && !m.IsImplicitlyDeclared
            && m.CanBeReferencedByName | m is IMethodSymbol { MethodKind: not MethodKind.Ordinary } or IPropertySymbol { IsIndexer: true }
            && !IsGenerated(m));

    public static bool IsGenerated(ISymbol symbol) => symbol.GetAttributes().Any(a => a.AttributeClass?.Name == "CompilerGeneratedAttribute");

    private static IEnumerable<INamedTypeSymbol> Visible(INamespaceOrTypeSymbol container) => container.GetMembers().SelectMany(m => m switch
    {
        INamespaceSymbol space => Visible(space),
        INamedTypeSymbol type when IsVisible(type) => Visible(type).Prepend(type),
        _ => [],
    });

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;
}
