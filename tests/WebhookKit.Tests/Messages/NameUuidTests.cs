using WebhookKit.Messages;

namespace WebhookKit.Tests.Messages;

public sealed class NameUuidTests
{
    [Fact]
    public void The_UUID_of_names_never_changes() =>
        NameUuid.Of("lane", null, "https").Should().Be(Guid.Parse("d86b726a-fe8f-8850-ad9c-45a73b305dc7"), "stores keep it");

    [Fact]
    public void It_is_of_version_8() => NameUuid.Of("a").Version.Should().Be(8);

    [Fact]
    public void Different_lists_of_names_have_different_UUIDs()
    {
        string?[][] lists =
        [
            [], [null], [""], [null, null], ["", ""], ["a"], ["A"], ["a", "b"], ["b", "a"], ["ab"], ["ab", ""], ["", "ab"], ["ab", null], ["é"], ["e\u0301"],
            ["\uD800"], ["\uD801"], ["\uFFFD"], ["\0"],
        ];

        lists.Select(names => NameUuid.Of(names)).Should().OnlyHaveUniqueItems();
    }
}
