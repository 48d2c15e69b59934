using System.Collections.Concurrent;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>The statements of <c>Queries/</c> by their names, with the schema's name in them.</summary>
internal sealed class Statements(string schema)
{
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>The schema's name as it was given.</summary>
    public string Schema { get; } = schema;

    /// <summary>The schema's name, quoted.</summary>
    public string Quoted { get; } = SchemaName.Quote(schema);

    public string this[string name] => _texts.GetOrAdd(name, Load);

    /// <summary>A short statement that stands in code, with the schema's name in it.</summary>
    public string Complete(string text) => text.Replace(SchemaName.Placeholder, Quoted, StringComparison.Ordinal);

    private string Load(string name) => Complete(EmbeddedSql.Read(typeof(Statements).Assembly, $"Queries/{name}.sql"));
}
