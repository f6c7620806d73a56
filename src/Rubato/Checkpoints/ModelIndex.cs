using System.Text.Json;
using Rubato.Files;

namespace Rubato.Checkpoints;

/// <summary>The library and class that a <c>model_index.json</c> names for a component.</summary>
/// <param name="Library">Such as <c>diffusers</c>.</param>
/// <param name="Name">Such as <c>UNet2DConditionModel</c>.</param>
public readonly record struct ComponentClass(string Library, string Name);

/// <summary>A part of a pipeline.</summary>
/// <param name="Name">Its name, of a-z, 0-9 and _.</param>
/// <param name="Class">What it is; one of the classes that the caller knows.</param>
/// <param name="Folder">Its existing folder, inside of the model's.</param>
public sealed record ModelComponent(string Name, ComponentClass Class, string Folder);

/// <summary>
/// The <c>model_index.json</c> of a pipeline folder: its components and their classes. The names are looked up in the
/// caller's table and never loaded by name; code that comes with a model is never run.
/// </summary>
public sealed class ModelIndex
{
    /// <summary>Name of the file in the model's folder.</summary>
    public const string FileName = "model_index.json";

    private const int MaxComponents = 64;

    private ModelIndex(string className, IReadOnlyDictionary<string, ModelComponent> components, ModelConfig options)
    {
        ClassName = className;
        Components = components;
        Options = options;
    }

    /// <summary>Class of the pipeline itself, as text; empty if the file has none.</summary>
    public string ClassName { get; }

    /// <summary>The components by name. Those that the file sets to null are left out.</summary>
    public IReadOnlyDictionary<string, ModelComponent> Components { get; }

    /// <summary>The other members of the file: options of the pipeline.</summary>
    public ModelConfig Options { get; }

    /// <summary>Reads the index of a model's folder.</summary>
    /// <param name="folder">The folder that holds the index.</param>
    /// <param name="known">The table of classes that are understood.</param>
    /// <exception cref="CheckpointException">
    /// A component's name is no plain name, its class is unknown or its folder is missing or elsewhere; all components
    /// with the same fault are listed at once.
    /// </exception>
    public static ModelIndex Read(string folder, IReadOnlySet<ComponentClass> known)
    {
        string path = Path.Combine(folder, FileName);
        ModelFolder.RequireInside(folder, path, path);
        ModelConfig config = ModelConfig.Read(path);
        var components = new Dictionary<string, ModelComponent>(StringComparer.Ordinal);
        foreach (string name in config.Keys.Where(key => !key.StartsWith('_')))
        {
            // Anything but a list is an option of the pipeline.
            if (config.Find(name) is not { ValueKind: JsonValueKind.Array } value)
                continue;
            if (!IsPlainName(name))
                throw CheckpointException.OfKey(path, name, "is no name of a component", "those are of a-z, 0-9 and _");
            if (ReadClass(path, name, value) is { } type)
                components.Add(name, new ModelComponent(name, type, Path.Combine(folder, name)));
        }

        if (components.Count > MaxComponents)
            throw new CheckpointException(path, $"has {components.Count} components", $"at most {MaxComponents} make sense");
        RequireKnown(path, components.Values, known);
        RequireFolders(path, folder, components.Values);
        return new ModelIndex(config.ReadText("_class_name", ""), components, config);
    }

    private static bool IsPlainName(string name) =>
        name.Length is >= 1 and <= 64 && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_');

    private static ComponentClass? ReadClass(string path, string name, JsonElement value)
    {
        JsonElement[] parts = [.. value.EnumerateArray().Take(3)];
        if (parts is [{ ValueKind: JsonValueKind.Null }, { ValueKind: JsonValueKind.Null }])
            return null;
        return parts is [{ ValueKind: JsonValueKind.String }, { ValueKind: JsonValueKind.String }]
            ? new ComponentClass(parts[0].GetString()!, parts[1].GetString()!)
            : throw CheckpointException.OfKey(path, name, "is not described by two texts", "it must be [library, class]");
    }

    private static void RequireKnown(
        string path, IEnumerable<ModelComponent> components, IReadOnlySet<ComponentClass> known)
    {
        string[] unknown = [.. components.Where(component => !known.Contains(component.Class))
            .Select(component => $"{component.Name}: {component.Class.Library} {component.Class.Name}")];
        if (unknown.Length > 0)
            throw new CheckpointException(path, $"names classes that are not known: {Printable.List(unknown)}",
                $"known are {string.Join(", ", known.Select(type => type.Name).Order(StringComparer.Ordinal))}");
    }

    private static void RequireFolders(string path, string folder, IEnumerable<ModelComponent> components)
    {
        string[] missing = [.. components.Where(component => !Directory.Exists(component.Folder))
            .Select(component => component.Name)];
        if (missing.Length > 0)
            throw new CheckpointException(path, $"names components without a folder: {Printable.List(missing)}",
                "each component is a folder beside the index");
        foreach (ModelComponent component in components)
            ModelFolder.RequireInside(folder, component.Folder, path);
    }
}
