namespace WebhookKit.Tests.Architecture;

public sealed class PublicApiTests
{
    private const string Accept = "UPDATE_SNAPSHOTS";
    private static readonly string Folder = Path.Combine(SourceTree.RepositoryRoot, "tests", "WebhookKit.Tests", "Architecture", "PublicApi");

    [Theory]
    [MemberData(nameof(Package.Names), MemberType = typeof(Package))]
    public void The_public_surface_is_the_one_that_was_agreed(string package)
    {
        var path = Path.Combine(Folder, package + ".txt");
        var before = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        var after = PublicApiText.Write(Package.Load(package));
        if (before == after)
            return;

        var change = string.Join('\n', PublicApiText.Compare(before, after));
        if (Environment.GetEnvironmentVariable(Accept) != "1")
        {
            Assert.Fail($"The public surface of {package} is not that of {path}:\n{change}\n\n"
                + $"If this is meant: {Accept}=1 dotnet test tests/WebhookKit.Tests --filter {nameof(PublicApiTests)}");
        }

        File.WriteAllText(path, after);
        Assert.Fail($"Written to {path}:\n{change}\n\nRead it, commit it, and run again without {Accept}.");
    }

    [Fact]
    public void A_difference_is_shown_with_its_type()
    {
        const string Before = "public class A.B : C\n    public int Kept()\n    public int Gone()\n\npublic class A.D\n    public int Kept()\n";
        const string After = "public class A.B : C\n    public int Come()\n    public int Kept()\n\npublic class A.E\n    public int Kept()\n";
        PublicApiText.Compare(Before, After).Should().Equal(
            "+ public class A.B: public int Come()", "- public class A.B: public int Gone()",
            "- public class A.D", "- public class A.D: public int Kept()", "+ public class A.E", "+ public class A.E: public int Kept()");
    }

    [Fact]
    public void Every_agreed_surface_belongs_to_a_package() =>
        Directory.EnumerateFiles(Folder, "*.txt").Select(p => Path.GetFileNameWithoutExtension(p))
            .Should().NotBeEmpty().And.BeSubsetOf(Package.Projects);
}
