using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebhookKit.Tests.Architecture;

/// <summary>The library's sources, read by the compiler: who uses whom, by symbol and not by name.</summary>
internal sealed class SourceTree
{
    private readonly string _root;
    private readonly CSharpCompilation _compilation;

    private SourceTree(string root, CSharpCompilation compilation)
    {
        _root = root;
        _compilation = compilation;
    }

    /// <summary>The repository's top folder: the one above this test that holds the solution.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The rooms that have files.</summary>
    public IEnumerable<string> Rooms =>
        _compilation.SyntaxTrees.Where(t => t.FilePath.Length > 0).Select(t => RoomOf(t.FilePath)).Distinct(StringComparer.Ordinal);

    public static SourceTree Load()
    {
        var root = Path.Combine(RepositoryRoot, "src", "WebhookKit");
        var language = new CSharpParseOptions(LanguageVersion.Preview);
        var usings = CSharpSyntaxTree.ParseText(
            "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
            + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;",
            language);
        var trees = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), language, f));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => !string.Equals(Path.GetFileName(p), "WebhookKit.dll", StringComparison.Ordinal))
            .Select(p => MetadataReference.CreateFromFile(p));
        return new SourceTree(root, CSharpCompilation.Create("Rooms", [.. trees, usings], references));
    }

    /// <summary>Every use of a type or member of another room, or of another assembly.</summary>
    public IEnumerable<Use> Uses()
    {
        foreach (var tree in _compilation.SyntaxTrees.Where(t => t.FilePath.Length > 0))
        {
            var model = _compilation.GetSemanticModel(tree);
            var from = RoomOf(tree.FilePath);
            foreach (var name in tree.GetRoot().DescendantNodes(descendIntoTrivia: false).OfType<SimpleNameSyntax>())
            {
                if (model.GetSymbolInfo(name).Symbol is not { } symbol || symbol is INamespaceSymbol)
                    continue;
                var owner = symbol as INamedTypeSymbol ?? symbol.ContainingType;
                if (owner is null)
                    continue;
                var source = owner.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.FilePath;
                var file = Path.GetRelativePath(_root, tree.FilePath);
                yield return new Use(from, file, source is null ? null : RoomOf(source), owner.ContainingAssembly?.Name ?? "", owner.Name);
            }
        }
    }

    private string RoomOf(string path)
    {
        var relative = Path.GetRelativePath(_root, path);
        return relative.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? relative[..relative.IndexOf(Path.DirectorySeparatorChar, StringComparison.Ordinal)]
            : RoomMap.Root;
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "WebhookKit.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }

    /// <param name="From">The room that uses.</param>
    /// <param name="File">The file in which.</param>
    /// <param name="To">The room used; null for another assembly.</param>
    /// <param name="Assembly">The assembly used.</param>
    /// <param name="Type">The type used.</param>
    internal readonly record struct Use(string From, string File, string? To, string Assembly, string Type);
}
