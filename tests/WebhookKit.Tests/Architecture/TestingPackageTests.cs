using System.Reflection;
using System.Xml.Linq;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Architecture;

/// <summary>What hosts' test projects get: nothing but the core, and one namespace.</summary>
public sealed class TestingPackageTests
{
    private static readonly Assembly Package = typeof(WebhookTestHarness).Assembly;

    [Fact]
    public void It_depends_on_the_core_only()
    {
        var project = XDocument.Load(Path.Combine(SourceTree.RepositoryRoot, "src", "WebhookKit.Testing", "WebhookKit.Testing.csproj"));

        project.Descendants("PackageReference").Should().BeEmpty();
        project.Descendants("ProjectReference").Select(r => Path.GetFileName(r.Attribute("Include")!.Value.Replace('\\', '/')))
            .Should().Equal("WebhookKit.csproj");
        Package.GetReferencedAssemblies().Select(a => a.Name).Should().NotContain(name => name!.StartsWith("xunit") || name.StartsWith("FluentAssertions"));
    }

    [Fact]
    public void Public_types_are_in_the_one_namespace_a_test_imports() =>
        Package.GetExportedTypes()
            .Where(t => t.Namespace != "WebhookKit.Testing" && !(t.Namespace == "Microsoft.Extensions.DependencyInjection" && t.IsAbstract && t.IsSealed))
            .Should().BeEmpty();

    [Fact]
    public void Internal_types_are_in_the_namespace_of_their_room()
    {
        var rooms = Directory.GetDirectories(Path.Combine(SourceTree.RepositoryRoot, "src", "WebhookKit.Testing")).Select(Path.GetFileName).ToArray();

        Package.GetTypes()
            .Where(t => !t.IsVisible && !t.IsNested && t.Namespace is { } space && space.StartsWith("WebhookKit"))
            .Where(t => !rooms.Contains(t.Namespace!.Split('.').ElementAtOrDefault(2)))
            .Should().BeEmpty();
    }
}
