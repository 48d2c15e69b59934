using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WebhookKit.Tests.Architecture;

public sealed partial class ReadmeTests
{
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Http; global using Microsoft.Extensions.Configuration;
        global using System.Net.Http; global using Microsoft.AspNetCore.Hosting; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        """;

    public static TheoryData<int, string> Snippets()
    {
        var readme = File.ReadAllText(Path.Combine(SourceTree.RepositoryRoot, "README.md"));
        var snippets = new TheoryData<int, string>();
        foreach (Match match in Fence().Matches(readme))
            snippets.Add(readme[..match.Index].Count(c => c == '\n') + 2, match.Groups["code"].Value);
        return snippets;
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Every_snippet_of_the_readme_compiles(int line, string snippet)
    {
        var language = new CSharpParseOptions(LanguageVersion.Preview);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p));
        // The whole programs say what they use; the short pieces are read after them.
        if (!snippet.Contains("using WebhookKit;", StringComparison.Ordinal))
            snippet = "using WebhookKit;\n" + snippet;
        var program = CSharpCompilation.Create(
            "Snippet", [CSharpSyntaxTree.ParseText(snippet, language), CSharpSyntaxTree.ParseText(Usings, language)], references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

        program.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id is not ("CS8019" or "CS8321"))
            .Should().BeEmpty("the snippet at line {0} is what people copy", line);
    }

    [Fact]
    public void The_readme_has_snippets() => Snippets().Should().HaveCountGreaterThan(4);

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```",
        RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fence();
}
