using System.Reflection;

namespace WebhookKit.Tests.Architecture;

public sealed class TrimmingTests
{
    [Fact]
    public void The_library_is_built_to_be_trimmed_and_compiled_ahead_of_time() =>
        typeof(IWebhookPublisher).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Select(a => (a.Key, a.Value))
            .Should().Contain([("IsTrimmable", "True"), ("IsAotCompatible", "True")], "then its own build fails on whatever would not survive it");
}
