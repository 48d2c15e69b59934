using System.Reflection;
using System.Text.RegularExpressions;

namespace WebhookKit.Tests.Architecture;

/// <summary>Holds the README's table of settings to the options, both ways.</summary>
public sealed partial class SettingsTableTests
{
    /// <summary>Set in code only, and named so below the table.</summary>
    private static readonly string[] InCode = ["Publishing:MessageIdFormatter"];

    [Fact]
    public void The_table_of_settings_has_every_setting_and_no_other()
    {
        var settings =
            from section in typeof(WebhookOptions).GetProperties()
            where section.PropertyType != typeof(SubscriptionOptions) && section.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal)
            where section.PropertyType.Namespace == nameof(WebhookKit)
            from setting in section.PropertyType.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            select $"{section.Name}:{setting.Name}";

        Table().Should().BeEquivalentTo(settings.Except(InCode));
    }

    /// <summary>A row names one setting, or several of one section: <c>A:B</c>, <c>:C</c>.</summary>
    private static IEnumerable<string> Table()
    {
        var section = "";
        foreach (Match name in Rows().Matches(File.ReadAllText(Path.Combine(SourceTree.RepositoryRoot, "README.md"))))
        {
            foreach (Match key in Keys().Matches(name.Groups["names"].Value))
            {
                section = key.Groups["section"] is { Length: > 0 } named ? named.Value : section;
                yield return $"{section}:{key.Groups["setting"].Value}";
            }
        }
    }

    [GeneratedRegex(@"^\| (?<names>`\w+:[^|]+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Rows();

    [GeneratedRegex(@"`(?<section>\w*):(?<setting>\w+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Keys();
}
