using Xunit.Abstractions;

namespace WebhookKit.Tests.Signing;

/// <summary>Vectors that others published: facts that are not copied into this project, but read from where the machine has them.</summary>
public sealed class PublishedVectorTests(ITestOutputHelper output)
{
    [PublishedVectorsFact]
    public void Every_published_vector_of_the_schemes_here_gets_its_published_answer()
    {
        using var stream = File.OpenRead(Path.Combine(PublishedVectorsFactAttribute.Folder!, "vectors-published.json"));
        var vectors = Vector.Read(stream);
        vectors.Should().NotBeEmpty();
        foreach (var vector in vectors)
        {
            output.WriteLine($"{vector.Id}: {vector.Expect}");
            vector.Verify().IsValid.Should().Be(vector.ExpectValid, vector.Id);
        }
    }
}
