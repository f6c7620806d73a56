using System.Text.Json;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Goldens;

/// <summary>
/// Operations of the engine. A case holds many, each a unit of its own. Its gradients are those of the sum over all
/// results of sum(result * given numbers).
/// </summary>
internal sealed class Ops(IReadOnlyDictionary<string, Func<OpCase, IEnumerable<(string Name, Tensor Value)>>> operations) : IFamily
{
    public IEnumerable<Unit> Units(GoldenCase golden)
    {
        foreach (JsonElement entry in golden.Json.GetProperty("cases").EnumerateArray())
        {
            var operation = new OpCase(golden, entry);
            string name = $"{golden.Name} {entry.GetProperty("id").GetString()} {operation.Operation}";
            yield return new Unit(name, [.. entry.GetProperty("outputs").EnumerateObject().Select(output => output.Name)],
                comparison => Run(operation, comparison, golden, entry));
        }
    }

    private void Run(OpCase operation, Comparison comparison, GoldenCase golden, JsonElement entry)
    {
        JsonElement outputs = entry.GetProperty("outputs");
        using Tape tape = Tape.Begin();
        (string Name, Tensor Value)[] results = [.. operations.Find("ops", "operation", operation.Operation)(operation)];
        operation.EndOptions();
        foreach ((string name, Tensor value) in results)
        {
            Check(name, value);
            if (operation.Gradients.Count > 0)
                tape.Backward(value, golden[entry.GetProperty("grad_outputs").GetProperty(name).GetString()!].ToTensor());
        }

        foreach (Parameter parameter in operation.Gradients) Check(OpCase.Gradient + parameter.Name, parameter.Gradient);

        void Check(string output, Tensor value)
            => comparison.Check(output, value, golden[outputs.GetProperty(output).GetString()!], GoldenCase.Tolerance(entry, output));
    }
}
