namespace WebhookKit.Tests.Architecture;

public sealed class RoomTests
{
    private static readonly SourceTree Sources = SourceTree.Load();
    private static readonly List<SourceTree.Use> Uses = [.. Sources.Uses()];

    [Fact]
    public void Rooms_use_only_the_rooms_they_may()
    {
        var forbidden = Uses
            .Where(u => u.To is not null && u.To != u.From && u.To != RoomMap.Root && !RoomMap.MayUse[u.From].Contains(u.To, StringComparer.Ordinal))
            .Select(u => $"{u.File} ({u.From}) uses {u.Type} of {u.To}")
            .Distinct(StringComparer.Ordinal);
        forbidden.Should().BeEmpty();
        Uses.Should().Contain(u => u.From == "Publishing" && u.To == "Subscriptions", "a reading that finds no uses proves nothing");
    }

    [Fact]
    public void The_table_of_rooms_is_the_list_of_folders() =>
        Sources.Rooms.Should().BeEquivalentTo(RoomMap.MayUse.Keys);

    [Fact]
    public void The_table_names_no_arrow_that_nobody_uses()
    {
        var used = Uses.Where(u => u.To is not null).Select(u => (u.From, u.To!)).ToHashSet();
        RoomMap.MayUse.SelectMany(r => r.Value.Select(to => (r.Key, to))).Where(arrow => !used.Contains(arrow)).Should().BeEmpty();
    }

    [Fact]
    public void The_arrows_have_no_circle()
    {
        var settled = new HashSet<string>(StringComparer.Ordinal);
        var rest = RoomMap.MayUse.ToDictionary(r => r.Key, r => r.Value, StringComparer.Ordinal);
        while (rest.FirstOrDefault(r => r.Value.All(settled.Contains)) is { Key: not null } leaf)
        {
            settled.Add(leaf.Key);
            rest.Remove(leaf.Key);
        }

        rest.Keys.Should().BeEmpty("every room must rest on rooms that are settled");
    }

    [Fact]
    public void Signing_and_receiving_use_the_framework_only() =>
        Uses
            .Where(u => u.To is null && RoomMap.FrameworkOnly.Contains(u.From, StringComparer.Ordinal)
                && u.Assembly.StartsWith("Microsoft.Extensions", StringComparison.Ordinal))
            .Select(u => $"{u.File} uses {u.Type} of {u.Assembly}")
            .Should().BeEmpty();

    [Fact]
    public void Signing_and_receiving_rest_on_each_other_only()
    {
        var reached = new HashSet<string>(RoomMap.FrameworkOnly, StringComparer.Ordinal);
        while (reached.SelectMany(room => RoomMap.MayUse[room]).FirstOrDefault(room => !reached.Contains(room)) is { } next)
            reached.Add(next);
        reached.Should().BeEquivalentTo(RoomMap.FrameworkOnly, "they could become a package of their own");
    }

    [Fact]
    public void Public_types_are_in_the_one_namespace_a_host_imports() =>
        typeof(IWebhookPublisher).Assembly.GetExportedTypes()
            .Where(t => t.Namespace != "WebhookKit" && !(t.Namespace == "Microsoft.Extensions.DependencyInjection" && t.IsAbstract && t.IsSealed))
            .Should().BeEmpty();

    [Fact]
    public void Internal_types_are_in_the_namespace_of_their_room() =>
        typeof(IWebhookPublisher).Assembly.GetTypes()
            .Where(t => !t.IsVisible && !t.IsNested && t.Namespace is { } space && space.StartsWith("WebhookKit", StringComparison.Ordinal))
            .Where(t => !RoomMap.MayUse.ContainsKey(t.Namespace!.Split('.').ElementAtOrDefault(1) ?? ""))
            .Should().BeEmpty();

    [Fact]
    public void The_library_depends_on_nothing_but_what_it_promised()
    {
        string[] promised =
        [
            "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Http",
            "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options", "Microsoft.Extensions.Options.ConfigurationExtensions",
        ];
        var project = System.Xml.Linq.XDocument.Load(Path.Combine(SourceTree.RepositoryRoot, "src", "WebhookKit", "WebhookKit.csproj"));
        project.Descendants("PackageReference").Select(r => r.Attribute("Include")!.Value).Should().BeEquivalentTo(promised);
    }
}
